import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CallEvent } from '#events/calls';
import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant } from '#libs/read-db';
import {
  applyEvents,
  callAnswered,
  callAttempted,
  callBridged,
  callEnded,
  callRang,
  type FreshDatabase,
  freshDatabase,
  prequalificationStarted,
  storedEvent,
} from '#libs/testing';
import {
  abandonmentOf,
  type CallingReportRequest,
  callListProjection,
  reportCalling,
} from './index.js';

const acme = 'acme' as TenantId;
const NOON = Date.parse('2026-01-06T12:00:00.000Z');
const at = (ms: number) => new Date(NOON + ms).toISOString();
const january: Omit<CallingReportRequest, 'timeZone'> = {
  ...{ mode: 'live', from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' },
};

let fresh: FreshDatabase;
let api: Database;
let worker: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: [callListProjection] });
  api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  const ours = [...answers, ...others].flatMap((call, index) => call(`call-${index}`));
  const stored = ours.map((event, index) => storedEvent(event, BigInt(index + 1)));
  const theirs = storedEvent(callAttempted({ callId: 'call-x' }), 900n, { tenantId: 'zenith' });
  await applyEvents(worker, [callListProjection], [...stored, theirs]);
});

afterAll(async () => {
  await Promise.all([api.close(), worker.close()]);
  await fresh.drop();
});

type Call = (callId: string) => CallEvent[];

/** Answered at noon, greeted and ended so long after; `null`: never. */
const answered =
  (
    greetedMs: number | null,
    endedMs: number,
    answeredBy: 'human' | 'unknown' | 'machine',
    hungUpBy: 'consumer' | 'system' = 'consumer',
  ): Call =>
  (callId) => [
    ...[callAttempted({ callId, attemptedAt: at(-9_000) }), callRang({ callId })],
    callAnswered({ callId, answeredBy, answeredAt: at(0) }),
    ...(greetedMs === null ? [] : [prequalificationStarted({ callId, startedAt: at(greetedMs) })]),
    callEnded({ callId, talkSeconds: 10, hungUpBy, endedAt: at(endedMs) }),
  ];

const answers = [
  answered(2_000, 60_000, 'human'),
  answered(2_001, 60_000, 'human'),
  answered(null, 2_000, 'human'),
  answered(null, 2_001, 'unknown'),
  answered(null, 60_000, 'machine'),
  answered(null, 200, 'human', 'system'),
  answered(500, 2_000, 'human', 'system'),
];
const others: Call[] = [
  (callId) => [callAttempted({ callId, attemptedAt: '2026-01-07T04:30:00.000Z' })],
  (callId) => [
    callAttempted({ callId, attemptedAt: '2026-01-07T05:30:00.000Z' }),
    ...[callBridged({ callId }), callEnded({ callId, connectedSeconds: 95, talkSeconds: 120 })],
  ],
  (callId) => [
    callAttempted({ callId, attemptedAt: '2026-01-07T06:00:00.000Z' }),
    callEnded({ callId, disposition: 'opted_out', talkSeconds: 0 }),
  ],
  (callId) => [callAttempted({ callId, attemptedAt: at(0), mode: 'test' })],
];

describe('people who answered', () => {
  it('are abandoned if they hear nothing for more than two seconds, or are hung up on, unless they hung up', async () => {
    const of = (period: Partial<CallingReportRequest>) =>
      inTenant(api, acme, (transaction) => abandonmentOf(transaction, { ...january, ...period }));
    expect(await of({})).toEqual({ persons: 6, abandoned: 3 });
    expect(await of({ to: at(-9_000) })).toEqual({ persons: 0, abandoned: 0 });
  });
});

describe('a report on calls', () => {
  it('has a line for each local day with calls, of the tenant and mode alone', async () => {
    const timeZone = 'America/New_York';
    const days = await inTenant(api, acme, (transaction) =>
      reportCalling(transaction, { ...january, timeZone }),
    );
    const none = { persons: 0, abandoned: 0, rang: 0, answered: 0 };
    expect(days).toEqual([
      {
        ...{ day: '2026-01-06', calls: 8, rang: 7, answered: 7, persons: 6, abandoned: 3 },
        ...{ transferred: 0, optedOut: 0, talkSeconds: 70, connectedSeconds: 0 },
      },
      {
        ...{ ...none, day: '2026-01-07', calls: 2, transferred: 1, optedOut: 1 },
        ...{ talkSeconds: 120, connectedSeconds: 95 },
      },
    ]);
  });
});
