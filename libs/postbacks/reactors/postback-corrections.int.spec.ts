import { describe, expect, it } from '@jest/globals';
import { revenueConfirmed, revenueReversed, revenueRevised } from '#events/testing';
import { type PayoutTerms } from '../domain/postback-target.events.js';
import { correctionOf, deliveryOf, NOON, PostbackStage } from './postback-stage.fixtures.js';
import { aCall, booked } from './postbacks.fixtures.js';

const stage = PostbackStage.ofFile();

describe('a share of what we earn', () => {
  const forty: PayoutTerms = { model: 'share', basisPoints: 4_000, billableSeconds: 0 };
  const path = '/hook?id={call_id}&p={payout}&s={status}';
  const queries = () =>
    stage.receiver.received.map(({ path: told }) => told.split('&').slice(1).join());

  it('is told again for the same call when the books say otherwise', async () => {
    const { targetId } = await stage.aTarget({ path, payout: forty });
    const call = await aCall(stage.house);
    await stage.untilLast(deliveryOf(targetId, call), 'PostbackDelivered', 2);
    const confirmed = await booked(stage.house, call, revenueConfirmed());
    await stage.untilLast(correctionOf(targetId, confirmed), 'PostbackDelivered', 2);
    const back = await booked(stage.house, call, revenueReversed({ toMinor: -3_500 }));
    const [scheduled] = await stage.untilLast(correctionOf(targetId, back), 'PostbackDelivered', 2);
    expect(scheduled?.data).toMatchObject({ entryId: back, result: { amountMinor: -1_400 } });
    expect(queries()).toEqual(['p=17.00,s=billable', 'p=18.00,s=billable', 'p=-14.00,s=billable']);
    const ids = stage.receiver.received.map(({ path: told }) => told.split('&')[0]);
    expect(new Set(ids)).toEqual(new Set([`/hook?id=${call.callId}`]));
  });

  it('is not told again where it stays the same, nor are others told', async () => {
    const { targetId: fixed } = await stage.aTarget({
      payout: { model: 'fixed', amountMinor: 1, currency: 'USD', billableSeconds: 0 },
    });
    const { targetId } = await stage.aTarget({ payout: forty });
    const call = await aCall(stage.house);
    const same = await booked(stage.house, call, revenueConfirmed({ toMinor: 4_250 }));
    const other = await booked(stage.house, call, revenueConfirmed({ toMinor: 4_500 }));
    await stage.untilLast(correctionOf(targetId, other), 'PostbackDelivered', 2);
    expect(await stage.logOf(correctionOf(targetId, same))).toEqual([]);
    expect(await stage.logOf(correctionOf(fixed, other))).toEqual([]);
  });

  it('is not needed to be told that we are not paid after all', async () => {
    const { targetId } = await stage.aTarget({ path, payout: null });
    const call = await aCall(stage.house);
    await stage.untilLast(deliveryOf(targetId, call), 'PostbackDelivered', 2);
    const same = await booked(stage.house, call, revenueConfirmed());
    const back = await booked(stage.house, call, revenueReversed({ billable: false, toMinor: 0 }));
    const [scheduled] = await stage.untilLast(correctionOf(targetId, back), 'PostbackDelivered', 2);
    expect(scheduled?.data).toMatchObject({ result: { amountMinor: null, billable: false } });
    expect(await stage.logOf(correctionOf(targetId, same))).toEqual([]);
    expect(queries()).toEqual(['p=,s=billable', 'p=,s=not_billable']);
  });

  it('that was not taken yet gives way to the one that is right by now', async () => {
    stage.receiver.answers(503, 200);
    const { targetId } = await stage.aTarget({ path, payout: forty });
    const call = await aCall(stage.house);
    await stage.untilLast(deliveryOf(targetId, call), 'PostbackAttemptFailed', 2);
    const entry = await booked(stage.house, call, revenueConfirmed());
    await stage.untilLast(correctionOf(targetId, entry), 'PostbackDelivered', 2);
    stage.later(10_000);
    const late = await stage.untilLast(deliveryOf(targetId, call), 'PostbackGivenUp', 3);
    expect(late.at(-1)?.data).toMatchObject({ reason: 'superseded', answer: null });
    expect(queries()).toEqual(['p=17.00,s=billable', 'p=18.00,s=billable']);
  });

  it('is told when a call converts only by a report', async () => {
    const { targetId } = await stage.aTarget({ path, payout: forty, fireOn: 'converted' });
    const endedAt = new Date(NOON + 1_000).toISOString();
    const call = await aCall(stage.house, { billable: false, endedAt });
    const entry = await booked(stage.house, call, revenueConfirmed());
    await stage.untilLast(correctionOf(targetId, entry), 'PostbackDelivered', 2);
    expect(await stage.logOf(deliveryOf(targetId, call))).toEqual([]);
    expect(queries()).toEqual(['p=18.00,s=billable']);
  });

  it('is told when a report says what a call is worth, also as much as was thought, and then of more', async () => {
    const { targetId } = await stage.aTarget({ path, payout: forty, fireOn: 'payout' });
    const call = await aCall(stage.house);
    const same = { toMinor: 4_250, recordedAt: new Date(NOON + 1_000).toISOString() };
    const first = await booked(stage.house, call, revenueConfirmed(same));
    await stage.untilLast(correctionOf(targetId, first), 'PostbackDelivered', 2);
    expect(await stage.logOf(deliveryOf(targetId, call))).toEqual([]);
    const more = await booked(stage.house, call, revenueRevised({ fromMinor: 4_250 }));
    await stage.untilLast(correctionOf(targetId, more), 'PostbackDelivered', 2);
    expect(queries()).toEqual(['p=17.00,s=billable', 'p=28.00,s=billable']);
  });

  it('is not told of what was reported before there was a target', async () => {
    const { targetId } = await stage.aTarget({ path, payout: forty, fireOn: 'payout' });
    const { targetId: other } = await stage.aTarget({ path, payout: forty });
    const call = await aCall(stage.house);
    const early = await booked(stage.house, call, revenueConfirmed());
    await stage.untilLast(correctionOf(other, early), 'PostbackDelivered', 2);
    expect(await stage.logOf(correctionOf(targetId, early))).toEqual([]);
  });
});
