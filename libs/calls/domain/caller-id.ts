import { type TenantId } from '#libs/kernel';
import { type CallerIdEvent, type CallerIdMode } from './caller-id.events.js';

/** Whose a number is, and since when (ISO-8601). */
export interface CallerIdClaim {
  readonly tenantId: TenantId;
  readonly takenAt: string;
}

/** A number that is called from, by the mode of tenants: its last claim, if there was one. */
export type CallerId = Readonly<Record<CallerIdMode, CallerIdClaim | null>>;

/** Before anybody took it. */
export function initialState(): CallerId {
  return { live: null, sandbox: null };
}

/** Follows history without judging it. */
export function evolve(state: CallerId, { data }: CallerIdEvent): CallerId {
  const { mode, takenAt } = data;
  return { ...state, [mode]: { tenantId: data.tenantId as TenantId, takenAt } };
}
