import { type DialingState, dialsFor } from './dialing.js';
import { callingHoursAt } from './hours/calling-hours.js';
import { type Places } from './hours/candidate-zones.js';
import { type CallableLead, mayBeCalled, type OpenCall } from './lead-calls.js';

/** What is known at the instant the provider dials. */
export interface RingKnowledge {
  /** `null`: the tenant does not dial. */
  readonly dialing: DialingState | null;
  /** Where the consumer may be; `null` once erased. */
  readonly places: Places | null;
  /** ISO-8601. */
  readonly at: string;
}

/**
 * Whether a consumer whom the provider dials by now may still be rung. It may have kept the order
 * waiting, so what can change meanwhile is asked again: stop and pauses (DI-7), the hours (CO-6)
 * and whether the lead is still eligible (CO-8).
 */
export function mayStillRing(
  { eligible, closure, source }: Pick<CallableLead, 'eligible' | 'closure' | 'source'>,
  { dialing, places, at }: RingKnowledge,
): boolean {
  if (!eligible || closure !== null || places === null) return false;
  return dialing !== null && dialsFor(dialing, source) && callingHoursAt(places, at).allowed;
}

/**
 * Why a destination that the provider dials by now is not to ring; `null`: it may. Hours and pauses
 * of sources do not count: the consumer is on the phone already.
 */
export function whyNotHandedOver(
  lead: Pick<CallableLead, 'eligible' | 'closure'>,
  dialing: DialingState | null,
): 'stopped' | 'suppressed' | null {
  if (dialing === null || dialing.stopped) return 'stopped';
  return mayBeCalled(lead) ? null : 'suppressed';
}

/**
 * Whether a stop may not have reached the call: the provider’s name for it was not known until it
 * was answered. Whoever answers then hears nothing while the stop holds; whoever hears the script
 * already is not cut off. An answer that is asked about again is told by being in the log with
 * nothing said.
 */
export function mayHaveMissedStop({
  providerCallId,
  answeredAt,
  prequalification,
}: Pick<OpenCall, 'providerCallId' | 'answeredAt' | 'prequalification'>): boolean {
  return prequalification === null && (providerCallId === null || answeredAt !== null);
}
