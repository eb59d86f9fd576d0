import { type TenantId } from '#libs/kernel';
import { type DncAnswer } from '#events/leads';
import { type DialingState } from '../domain/dialing.js';
import { type ListAnswers } from '../domain/list-finding.js';

export { type ListAnswers } from '../domain/list-finding.js';

/** A number that is asked about. */
export interface AskedPhone {
  readonly e164: string;
  readonly phoneHash: string;
}

/** A lead that is asked about: its number, and the brands it was collected and is called under. */
export interface AskedLead extends AskedPhone {
  readonly brands: readonly string[];
}

/** Suppression list and do-not-call provider, asked right before a dial and a transfer. */
export abstract class ListChecks {
  /**
   * The do-not-call provider is not asked again as long as what is `known` of this lead may be
   * relied on. Never rejects because of the provider. `at` is ISO-8601.
   */
  abstract check(
    tenantId: TenantId,
    lead: AskedLead,
    known: DncAnswer | null,
    at: string,
  ): Promise<ListAnswers>;

  /**
   * Which of the `sellers`, as they are spelled here, the consumer may not be handed to (CO-4);
   * `at` is ISO-8601.
   */
  abstract suppressedSellers(
    tenantId: TenantId,
    phone: AskedPhone,
    sellers: readonly string[],
    at: string,
  ): Promise<readonly string[]>;
}

/** Whether there is anybody to say what calls are to hear. */
export interface VoiceWatch {
  /**
   * Whether a call that is answered from now on would be given its voice, as far as is known.
   * Without one whoever answers hears nothing, which is to abandon them.
   */
  mayDial(): boolean;
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
