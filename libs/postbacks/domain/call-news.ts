import {
  callResultOf,
  connectionOf,
  failureOf,
  isReported,
  type LeadStreamEvent,
  requestOf,
} from './call-result.js';
import { type CallResult } from './postback-delivery.events.js';
import { type PostbackOccasion, type PostbackTargetSettings } from './postback-target.events.js';

/** What happened to a transfer that somebody may want to be told. */
export type Happening = 'incoming' | 'connected' | 'failed' | 'over';

const OCCASIONS: Readonly<Record<Happening, readonly PostbackOccasion[]>> = {
  incoming: ['incoming'],
  connected: ['connected'],
  failed: ['failed'],
  over: ['completed', 'converted', 'payout'],
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
  settings: Pick<PostbackTargetSettings, 'fireOn' | 'payout'>,
): CallResult | null {
  if (!isToldWhen(happened, settings)) return null;
  if (happened === 'incoming') return requestOf(history, transferId);
  if (happened === 'connected') return connectionOf(history, transferId);
  if (happened === 'failed') return failureOf(history, transferId);
  const result = callResultOf(history, transferId, settings.payout);
  return result !== null && isOccasion(settings, result, history) ? result : null;
}

/** Whether a call that is over is, by its lead's history, one that a target is told of. */
export function isOccasion(
  { fireOn }: Pick<PostbackTargetSettings, 'fireOn'>,
  { billable, transferId }: Pick<CallResult, 'billable' | 'transferId'>,
  history: readonly LeadStreamEvent[],
): boolean {
  if (fireOn === 'payout') return isReported(history, transferId);
  return fireOn === 'completed' || (fireOn === 'converted' && billable);
}
