import { describe, expect, it } from '@jest/globals';
import {
  attemptsIn24HoursAtMost,
  everyCallEndsOnce,
  oneCallAtATime,
  oneOutcomePerTransfer,
  silentCallsDoNotRing,
  withinHours,
} from './call-laws.js';
import { type LoggedEvent } from './logged-event.js';
import { bridgesAreTalks } from './meeting-laws.js';
import {
  concurrencyIsKept,
  mostAtOnce,
  nobodyWhileStopped,
  noUnloggedCalls,
  oneCallPerNumber,
  ringsAtMost,
} from './phone-laws.js';
import { capsAreKept, slotsAreGivenBack, transfersHoldASlot } from './slot-laws.js';

const windows = { hour: '2026-11-30T09', day: '2026-11-30', week: '2026-11-30', month: '2026-11' };

function event(type: LoggedEvent['type'], data: object = {}): LoggedEvent {
  const ids = { leadId: 'lead', callId: 'call', transferId: 'transfer', destinationId: 'buyer' };
  const record = { calledNumberHash: 'hash' };
  const rest = { record, windows, attemptedAt: '2026-11-30T15:00:00.000Z' };
  return { type, data: { ...ids, ...rest, ...data } } as unknown as LoggedEvent;
}

const reserved = (transferId = 'transfer') => event('DestinationSlotReserved', { transferId });
const released = (used: boolean, transferId = 'transfer') =>
  event('DestinationSlotReleased', { used, transferId });
const aCall = [
  event('CallAttempted'),
  reserved(),
  event('TransferRequested'),
  event('CallBridged'),
  event('CallEnded'),
  released(true),
];
const allLaws = [
  ...[oneCallAtATime, everyCallEndsOnce, oneOutcomePerTransfer, transfersHoldASlot],
  ...[slotsAreGivenBack, attemptsIn24HoursAtMost(3), withinHours(() => true)],
  capsAreKept(new Map([['buyer', { concurrent: 1, hour: 1 }]])),
];

describe('the laws of the log', () => {
  it('find nothing wrong with a call as it should be', () => {
    expect(allLaws.flatMap((law) => law(aCall))).toEqual([]);
  });

  it('find calls that do not end, end twice, or overlap', () => {
    expect(everyCallEndsOnce(aCall.slice(0, 4))).toEqual(['call call ended 0 times']);
    expect(everyCallEndsOnce([...aCall, event('CallEnded')])).toEqual(['call call ended 2 times']);
    const other = event('CallAttempted', { callId: 'other' });
    expect(oneCallAtATime([aCall[0]!, other])).toEqual(['lead was called while on call call']);
    expect(oneCallAtATime([...aCall, event('CallRang')])).toEqual([
      'CallRang of call call, which is over',
    ]);
    const optedOut = event('ConsumerOptedOut');
    expect(oneCallAtATime([...aCall, optedOut])).toEqual([]);
    expect(oneCallAtATime([optedOut])).toEqual(['ConsumerOptedOut of call call, which is over']);
  });

  it('find transfers without an outcome, or with two', () => {
    expect(oneOutcomePerTransfer([event('TransferRequested')])).toHaveLength(1);
    expect(oneOutcomePerTransfer([...aCall, event('TransferFailed')])).toHaveLength(1);
    const without = aCall.map((one) =>
      one.type === 'CallEnded' ? event('CallEnded', { transferId: null }) : one,
    );
    expect(oneOutcomePerTransfer(without)).toHaveLength(1);
  });

  it('find calls out of hours, and too many of them', () => {
    expect(withinHours(() => false)(aCall)).toHaveLength(1);
    const four = ['1', '2', '3', '4'].map((callId) => event('CallAttempted', { callId }));
    expect(attemptsIn24HoursAtMost(3)(four)).toEqual(['hash was called 4 times in 24 hours']);
    const refused = event('CallRefused', { callId: '4' });
    expect(attemptsIn24HoursAtMost(3)([...four, refused])).toEqual([]);
    const canceled = event('CallEnded', { callId: '4', disposition: 'canceled' });
    expect(attemptsIn24HoursAtMost(3)([...four, canceled])).toEqual([]);
    const placed = event('CallPlaced', { callId: '4' });
    expect(attemptsIn24HoursAtMost(3)([...four, placed, canceled])).toEqual([]);
    const rang = event('CallRang', { callId: '4' });
    expect(attemptsIn24HoursAtMost(3)([...four, placed, rang, canceled])).toHaveLength(1);
  });
});

describe('the laws of slots', () => {
  it('find a cap that is oversold', () => {
    const caps = capsAreKept(new Map([['buyer', { concurrent: 1, hour: 2 }]]));
    expect(caps([reserved(), reserved('other')])).toEqual([
      'buyer had 2 of 1 by its cap concurrent',
    ]);
    const used = [reserved(), released(true), reserved('b'), released(true, 'b'), reserved('c')];
    expect(caps(used)).toEqual(['buyer had 3 of 2 by its cap hour']);
    const unused = [reserved(), released(false), reserved('b'), released(true, 'b'), reserved('c')];
    expect(caps(unused)).toEqual([]);
  });

  it('find slots that are lost, given back twice, counted wrongly, or missing', () => {
    expect(slotsAreGivenBack([reserved()])).toHaveLength(1);
    expect(slotsAreGivenBack([...aCall, released(true)])).toHaveLength(1);
    expect(slotsAreGivenBack([reserved(), released(true)])).toHaveLength(1);
    expect(transfersHoldASlot([event('TransferRequested')])).toHaveLength(1);
    expect(transfersHoldASlot([reserved(), released(false), event('CallBridged')])).toHaveLength(1);
  });
});

describe('the laws of phones', () => {
  const call = (placedMs: number, endedMs: number, to = '+1') => ({
    ...{ sid: `CA${placedMs}`, to, placedMs, endedMs },
    ...{ answeredMs: placedMs, rangMs: placedMs, talkedMs: 0 },
  });

  it('find a bridge that was no talk, and a talk that is no bridge', () => {
    const ids = { transferId: 'transfer-1' };
    const at = (seconds: number) => new Date(seconds * 1_000).toISOString();
    const sent = [
      event('DestinationDialed', { ...ids, providerCallId: 'CA0' }),
      event('WhisperPlayed', { ...ids, playedAt: at(0) }),
    ];
    const bridged = [...sent, event('CallBridged', { ...ids, bridgedAt: at(1) })];
    const ended = (seconds: number) => event('CallEnded', { ...ids, endedAt: at(seconds) });
    const failed = (seconds: number) => event('TransferFailed', { ...ids, failedAt: at(seconds) });
    const [talked, silent] = [90_000, 0].map((talkedMs) => [{ ...call(0, 90_000), talkedMs }]);
    expect(bridgesAreTalks([...bridged, ended(60)], talked!)).toEqual([]);
    expect(bridgesAreTalks([...bridged, ended(5.9)], silent!)).toEqual([]);
    expect(bridgesAreTalks([...bridged, ended(6)], silent!)).toHaveLength(1);
    expect(bridgesAreTalks([...sent, failed(19.9)], talked!)).toEqual([]);
    expect(bridgesAreTalks([...sent, failed(20)], talked!)).toHaveLength(1);
    expect(bridgesAreTalks([...sent, failed(60)], silent!)).toEqual([]);
  });

  it('count what goes on at once', () => {
    expect(mostAtOnce([])).toBe(0);
    expect(
      mostAtOnce([
        { from: 0, to: 5 },
        { from: 5, to: 9 },
        { from: 6, to: 7 },
      ]),
    ).toBe(2);
  });

  it('find a phone on two calls, or rung without a decision', () => {
    expect(oneCallPerNumber([call(0, 10), call(10, 20), call(5, 20, '+2')])).toEqual([]);
    expect(oneCallPerNumber([call(0, 10), call(9, 20)])).toEqual(['+1 was on 2 calls at once']);
    expect(noUnloggedCalls([call(0, 10), call(10, 20)], () => 1)).toHaveLength(1);
  });

  it('find a phone that rings too often', () => {
    const rings = [call(0, 1), call(2, 3), call(4, 5), call(6, 7)];
    expect(ringsAtMost(rings.slice(1), 3)).toEqual([]);
    expect(ringsAtMost(rings, 3)).toEqual(['the phone +1 rang 4 times in 24 hours']);
    expect(ringsAtMost([...rings.slice(1), { ...call(0, 1), rangMs: null }], 3)).toEqual([]);
  });

  it('find a phone that rang though the log says it did not', () => {
    const ordered = [
      event('CallAttempted'),
      event('CallPlaced', { providerCallId: 'CA0' }),
      event('CallEnded', { disposition: 'canceled' }),
    ];
    expect(silentCallsDoNotRing(ordered, [{ ...call(0, 1), rangMs: null }])).toEqual([]);
    expect(silentCallsDoNotRing(ordered, [call(0, 1)])).toEqual([
      'call call rang, and by the log it rang nowhere',
    ]);
    expect(silentCallsDoNotRing([...ordered, event('CallRang')], [call(0, 1)])).toEqual([]);
  });

  it('find too many agents on the phone, and calls in spite of a stop', () => {
    const calls = [call(0, 10), call(9, 20)];
    expect(concurrencyIsKept(calls, new Map([['+1', 1]]))).toHaveLength(1);
    expect(concurrencyIsKept(calls, new Map([['+1', 2]]))).toEqual([]);
    const placements = (toMs: number) =>
      nobodyWhileStopped(calls, { fromMs: 1, silentFromMs: 10, toMs });
    expect(placements(9)).toEqual([]);
    expect(placements(10)).toEqual([expect.stringContaining('was placed 8 ms into a stop')]);
  });

  it('find phones that begin to ring, or are answered, long after a stop', () => {
    const stopped = { fromMs: 10_000, silentFromMs: 20_000, toMs: 60_000 };
    const placed = { ...call(9_999, 70_000), rangMs: null, answeredMs: null };
    const found = (rangMs: number, answeredMs: number | null = null) =>
      nobodyWhileStopped([{ ...placed, rangMs, answeredMs }], stopped);
    expect(found(11_200, 19_999)).toEqual([]);
    expect(found(15_000)).toEqual([expect.stringContaining('began to ring 5000 ms into a stop')]);
    expect(found(11_200, 20_000)).toEqual([
      expect.stringContaining('was answered 10000 ms into a stop'),
    ]);
    expect(found(60_000, 61_000)).toEqual([]);
  });
});
