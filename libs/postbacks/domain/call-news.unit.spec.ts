import { describe, expect, it } from '@jest/globals';
import {
  callBridged,
  callEnded,
  revenueConfirmed,
  revenueReversed,
  transferFailed,
  transferRequested,
} from '#events/testing';
import { type Happening, newsOf } from './call-news.js';
import { type LeadStreamEvent } from './call-result.js';
import { macroValues } from './macros.js';
import { POSTBACK_OCCASIONS, type PostbackOccasion } from './postback-target.events.js';

const estimate = { amountMinor: 3_000, currency: 'USD', billable: true, rule: 'fixed' };
const connected = [transferRequested(), callBridged()];
const over = [
  ...connected,
  callEnded({ transferId: 'transfer-1', connectedSeconds: 95, estimate }),
];
const unpaid = [...connected, callEnded({ transferId: 'transfer-1', connectedSeconds: 5 })];
const reported = [...over, revenueConfirmed()];
const takenBack = [...reported, revenueReversed({ confirmed: false })];
const failed = [transferRequested(), transferFailed({ transferId: 'transfer-1', reason: 'busy' })];

type History = readonly LeadStreamEvent[];

function news(fireOn: PostbackOccasion, happened: Happening, history: History) {
  return newsOf(happened, history, 'transfer-1', { fireOn, payout: null });
}

describe('a target', () => {
  it.each<[Happening, History, readonly PostbackOccasion[]]>([
    ['incoming', [transferRequested()], ['incoming']],
    ['connected', connected, ['connected']],
    ['failed', failed, ['failed']],
    ['over', over, ['completed', 'converted']],
    ['over', unpaid, ['completed']],
    ['over', reported, ['completed', 'converted', 'payout']],
    ['over', takenBack, ['completed', 'converted']],
  ])('is told when a transfer is %s and it wants to be (%#)', (happened, history, told) => {
    const who = POSTBACK_OCCASIONS.filter((fireOn) => news(fireOn, happened, history) !== null);
    expect(who).toEqual(told);
  });

  it('is told of a connection before anything is known of its worth', () => {
    const result = news('connected', 'connected', connected);
    expect(macroValues(result!, null)).toMatchObject({
      ...{
        status: 'connected',
        billable: null,
        payout: null,
        duration: null,
        buyer: 'Bright Solar',
      },
      ...{ call_time: '2026-01-06T16:00:35.000Z', end_time: null, reason: null },
    });
  });

  it('is told of a destination that is chosen before that is dialed', () => {
    const result = news('incoming', 'incoming', [transferRequested()]);
    expect(macroValues(result!, null)).toMatchObject({
      ...{ status: 'incoming', buyer: 'Bright Solar', billable: null, payout: null },
      ...{ call_time: null, end_time: null, reason: null },
    });
  });

  it('is told why a transfer failed', () => {
    const result = news('failed', 'failed', failed);
    expect(macroValues(result!, null)).toMatchObject({
      ...{ status: 'failed', reason: 'busy', billable: null, call_time: null },
      end_time: transferFailed().data.failedAt,
    });
  });
});
