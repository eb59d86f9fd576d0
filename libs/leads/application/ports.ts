import { type TenantId } from '#libs/kernel';
import { type DncAnswer, type LeadMode } from '../domain/lead.events.js';

/** A provider of do-not-call look-ups (CO-5). */
export abstract class DncProvider {
  /**
   * What the provider says of a number (E.164). Never rejects: a provider that fails or is late is
   * an answer too, `failed`, and the lead is not dialed.
   */
  abstract check(e164: string): Promise<DncAnswer>;
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
