import { DomainError } from '#libs/kernel';
import { type CallOrder, type RefusalConcern, type Telephony } from '#libs/telephony';

/** What became of an order. */
export type Placement =
  | { readonly kind: 'placed'; readonly providerCallId: string }
  /** For certain: nobody is called. */
  | {
      readonly kind: 'refused';
      /** The provider’s own code, where it gave one. */
      readonly providerCode: number | null;
      readonly concerns: RefusalConcern;
    }
  /** It may have been placed. The call’s own reports tell, or the watchdog. */
  | { readonly kind: 'unknown' };

/** Asks the provider once, whatever comes of it: an order that is sent twice may ring twice. */
export async function placeOnce(telephony: Telephony, order: CallOrder): Promise<Placement> {
  try {
    return { kind: 'placed', ...(await telephony.placeCall(order)) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return isRefusal(error) ? { kind: 'refused', ...reasonOf(error) } : { kind: 'unknown' };
  }
}

/** Whether the provider said no, as opposed to saying nothing. */
export function isRefusal(error: unknown): error is DomainError {
  return error instanceof DomainError && error.kind !== 'unavailable';
}

function reasonOf({ details }: DomainError) {
  const { providerCode = null, concerns = null } = details as {
    readonly providerCode?: number | null;
    readonly concerns?: RefusalConcern;
  };
  return { providerCode, concerns: concerns ?? 'request' } as const;
}

/** Whether a server did not answer, and what was asked of it may have happened. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof DomainError && error.kind === 'unavailable';
}
