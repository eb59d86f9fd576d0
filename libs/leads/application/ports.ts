import { type TenantId } from '#libs/kernel';
import { type DncAnswer, type LeadMode } from '../domain/lead.events.js';

/**
 * How long a do-not-call answer may be relied on where a lead is judged: the federal scrub
 * interval, 31 days.
 */
export const DNC_ANSWER_VALID_MS = 31 * 24 * 60 * 60 * 1000;

/**
 * How long right before a call: 24 hours. A number that was put on a list since is then heeded the
 * next day, not the next month.
 */
export const DNC_DIAL_VALID_MS = 24 * 60 * 60 * 1000;

/** A provider of do-not-call look-ups (CO-5). */
export abstract class DncProvider {
  /**
   * What the provider says of a number (E.164). Never rejects: a provider that fails or is late is
   * an answer too, `failed`, and the lead is not dialed. An answer may be one that was given
   * before, at most `validMs` ago; {@link DNC_ANSWER_VALID_MS} unless told.
   */
  abstract check(e164: string, validMs?: number): Promise<DncAnswer>;
}

/** What is known of a phone's earlier leads from the read side: a hint, never the truth. */
export abstract class OrdinalHint {
  /** The ordinal of the phone's latest lead; `null` if none is known or nobody answers. */
  abstract latestOrdinal(
    tenantId: TenantId,
    mode: LeadMode,
    phoneHash: string,
  ): Promise<number | null>;
}

/** A lead as the read side knows it. */
export interface RolledLead {
  readonly leadId: string;
  /** Sealed, as in its `LeadReceived`. */
  readonly personal: string;
}

/** Some leads of a tenant, and where the next ones begin; `null` after the last. */
export interface RollPage {
  readonly leads: readonly RolledLead[];
  readonly next: string | null;
}

/** A tenant's leads one after the other, from the read side. */
export abstract class LeadRoll {
  /**
   * Leads received at or after `since` (ISO-8601), oldest first, from `cursor` on. `null` while the
   * read side does not show everything up to log position `upTo` yet.
   */
  abstract page(
    tenantId: TenantId,
    options: { readonly since: string; readonly upTo: bigint; readonly cursor: string | null },
  ): Promise<RollPage | null>;
}
