import { type TenantId } from '#libs/kernel';
import { type DialingSettings } from '../domain/dialing.events.js';

/** What the lists say of a number right now. */
export interface ListAnswers {
  readonly suppressionEntryId: string | null;
  readonly dnc: { readonly outcome: string; readonly lists: readonly string[] };
}

/** Suppression list and do-not-call provider, asked right before a dial and a transfer. */
export abstract class ListChecks {
  /**
   * `answeredAt` (ISO-8601 or null): when the do-not-call provider was asked for this lead; it is
   * not asked again as long as its answer may be relied on. Never rejects because of the provider.
   */
  abstract check(
    tenantId: TenantId,
    phone: { readonly e164: string; readonly phoneHash: string },
    known: { readonly outcome: string; readonly checkedAt: string | null },
    at: string,
  ): Promise<ListAnswers>;
}

/** What a tenant has decided about dialing. */
export interface DialingState {
  readonly settings: DialingSettings;
  /** How many times it was configured. */
  readonly version: number;
  readonly stopped: boolean;
  readonly pausedSources: ReadonlySet<string>;
}

/** How tenants dial: remembered, and exact. */
export interface DialingKnowledge {
  /** As last heard from the log; `null`: the tenant does not dial. */
  of(tenantId: TenantId): DialingState | null;
  /** Every tenant that dials. */
  tenants(): readonly TenantId[];
  /** As it is this instant, so that an emergency stop takes effect at once. */
  current(tenantId: TenantId): Promise<DialingState | null>;
}
