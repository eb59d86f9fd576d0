import { type Decider, type TenantId } from '#libs/kernel';
import { type CallerId, type CallerIdClaim, evolve, initialState } from './caller-id.js';
import { type CallerIdEvent, type CallerIdMode } from './caller-id.events.js';
import { callerIdTaken } from './dialing.errors.js';

/** Makes a number the tenant’s, to be shown to whoever it calls. */
export interface TakeCallerId {
  readonly type: 'TakeCallerId';
  readonly number: string;
  readonly mode: CallerIdMode;
  readonly tenantId: TenantId;
  /** Another tenant’s claim that was found to be unused; `null`: none. */
  readonly unused: CallerIdClaim | null;
  readonly at: string;
}

/**
 * A claim is made before the settings that use it, which follow within seconds. So one that is as
 * old as this, and not used by settings, is no longer meant.
 */
const LAPSES_AFTER_MS = 3_600_000;
/** One’s own claim is made anew long before, so that settings never follow one that may lapse. */
const RENEWED_AFTER_MS = LAPSES_AFTER_MS / 2;

function take(
  { number, mode, tenantId, unused, at }: TakeCallerId,
  { [mode]: claim }: CallerId,
): CallerIdEvent[] {
  const taken: CallerIdEvent = {
    type: 'CallerIdTaken',
    data: { number, mode, tenantId, takenAt: at },
  };
  if (claim === null) return [taken];
  const ageMs = Date.parse(at) - Date.parse(claim.takenAt);
  if (claim.tenantId === tenantId) return ageMs < RENEWED_AFTER_MS ? [] : [taken];
  if (isSame(claim, unused) && ageMs >= LAPSES_AFTER_MS) return [taken];
  throw callerIdTaken(number);
}

function isSame(claim: CallerIdClaim, other: CallerIdClaim | null): boolean {
  return claim.tenantId === other?.tenantId && claim.takenAt === other.takenAt;
}

/**
 * Whose a number is. One stream per number decides, so that of two tenants who take it at once one
 * is refused.
 */
export const callerIdDecider: Decider<CallerId, TakeCallerId, CallerIdEvent> = {
  ...{ decide: take, evolve, initialState },
};
