import { type TenantId } from '#libs/kernel';
import { type DncAnswer } from '#events/leads';
import { type DialingState } from '../domain/dialing.js';

/** What the lists say of a number right now. */
export interface ListAnswers {
  readonly suppressionEntryId: string | null;
  readonly dnc: DncAnswer;
}

/** Suppression list and do-not-call provider, asked right before a dial and a transfer. */
export abstract class ListChecks {
  /**
   * The do-not-call provider is not asked again as long as what is `known` of this lead may be relied
   * on. Never rejects because of the provider. `at` is ISO-8601.
   */
  abstract check(
    tenantId: TenantId,
    phone: { readonly e164: string; readonly phoneHash: string },
    known: DncAnswer | null,
    at: string,
  ): Promise<ListAnswers>;
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
