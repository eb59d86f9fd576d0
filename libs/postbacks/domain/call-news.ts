import { callResultOf, connectionOf, failureOf, type LeadStreamEvent } from './call-result.js';
import { type CallResult } from './postback-delivery.events.js';
import { type PostbackOccasion, type PostbackTargetSettings } from './postback-target.events.js';

/** What happened to a transfer that somebody may want to be told. */
export type Happening = 'connected' | 'failed' | 'over';

const OCCASIONS: Readonly<Record<Happening, readonly PostbackOccasion[]>> = {
  connected: ['connected'],
  failed: ['failed'],
  over: ['completed', 'converted'],
};

/** Whether a target may be told when this happens. */
export function isToldWhen(
  happened: Happening,
  { fireOn }: Pick<PostbackTargetSettings, 'fireOn'>,
): boolean {
  return OCCASIONS[happened].includes(fireOn);
}

/**
 * What a target is told of a transfer, from its lead's history to what happened; `null`: nothing.
 */
export function newsOf(
  happened: Happening,
  history: readonly LeadStreamEvent[],
  transferId: string,
  { fireOn, payout }: Pick<PostbackTargetSettings, 'fireOn' | 'payout'>,
): CallResult | null {
  if (!isToldWhen(happened, { fireOn })) return null;
  if (happened === 'connected') return connectionOf(history, transferId);
  if (happened === 'failed') return failureOf(history, transferId);
  const result = callResultOf(history, transferId, payout);
  return result !== null && isOccasion({ fireOn }, result) ? result : null;
}

/** Whether a call that is over is one that a target is told of. */
export function isOccasion(
  { fireOn }: Pick<PostbackTargetSettings, 'fireOn'>,
  { billable }: Pick<CallResult, 'billable'>,
): boolean {
  return fireOn === 'completed' || (fireOn === 'converted' && billable);
}
