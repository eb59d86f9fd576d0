import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  aPostbackReading,
  aTransferReport,
  postbackLeftUnmatched,
  postbackMatched,
  postbackReceived,
  postbackSettled,
  revenueConfirmed,
} from '#events/testing';
import {
  call,
  type ReportedJanuary,
  startReportedJanuary,
  transfer,
} from './reported-january.harness.js';

let january: ReportedJanuary;
/** A key for test leads. */
let testKey: string;
/** Where the log ends after what is stated here. */
let position: string;

beforeAll(async () => {
  january = await startReportedJanuary();
  position = await moreOfJanuary();
  testKey = await january.api.createKey('demo', { rateLimitPerMinute: 100_000, mode: 'test' });
});
afterAll(() => january.close());

/**
 * A call that was confirmed in euros, one of which Canadian dollars count for nothing, one of a
 * test lead, and an unmatched call that was reported three times: on two days, and with an addition.
 */
async function moreOfJanuary(): Promise<string> {
  const { state } = january;
  const [inEuros, uncounted] = [call(), call()];
  const more = { destinationId: 'buyer-1', destinationName: 'Bright Solar' };
  await state(`lead-${inEuros.leadId}`, [
    ...transfer(inEuros, '2026-01-06T18:00:00.000Z', more),
    postbackMatched({ ...inEuros, report: aTransferReport({ postbackId: 'e', currency: 'EUR' }) }),
    revenueConfirmed({ ...inEuros, currency: 'EUR', toMinor: 2_000, estimatedMinor: null }),
  ]);
  const cad = { postbackId: 'u-2', currency: 'CAD', payoutMinor: 3_100 };
  await state(`lead-${uncounted.leadId}`, [
    ...transfer(uncounted, '2026-01-07T18:00:00.000Z', more),
    postbackMatched({ ...uncounted, report: aTransferReport({ postbackId: 'u-1' }) }),
    revenueConfirmed({ ...uncounted, toMinor: 4_500 }),
    postbackMatched({ ...uncounted, report: aTransferReport(cad) }),
  ]);
  await tried();
  await waits('w-1', { payoutMinor: 500, callAt: '2026-01-06T16:00:00.000Z' });
  await waits('w-2', { payoutMinor: 700, callAt: '2026-01-07T16:00:00.000Z', buyer: 'Sunny' });
  return waits('w-3', { payoutMinor: 40, payoutMode: 'add', callAt: '2026-01-06T16:00:00.000Z' });
}

/** What somebody tries out: a call of a test lead, and the hit that it is confirmed by. */
async function tried(): Promise<void> {
  const ids = call();
  const { leadId, transferId } = ids;
  await january.state(`lead-${leadId}`, [
    ...transfer(ids, '2026-01-06T19:00:00.000Z', { mode: 'test' }),
    postbackMatched({ ...ids, report: aTransferReport({ postbackId: 't-1' }) }),
    revenueConfirmed({ ...ids, toMinor: 4_500 }),
  ]);
  const reading = aPostbackReading({
    callAt: '2026-01-06T19:00:00.000Z',
    vendorCallId: 'vendor-4',
  });
  await january.state('postback-t-1', [
    postbackReceived({ postbackId: 't-1', reading }),
    postbackSettled({ ...{ postbackId: 't-1', leadId, transferId }, mode: 'test' }),
  ]);
}

function waits(postbackId: string, said: Parameters<typeof aPostbackReading>[0]): Promise<string> {
  const reading = aPostbackReading({ ...said, vendorCallId: 'vendor-3' });
  const receivedAt = `2026-01-07T20:00:0${postbackId.slice(2)}.000Z`;
  return january.state(`postback-${postbackId}`, [
    postbackReceived({ postbackId, receivedAt, reading }),
    postbackLeftUnmatched({ postbackId }),
  ]);
}

interface Figures {
  readonly currency: string;
  readonly transfers: number;
  readonly bridged: number;
  readonly billable: number;
  readonly confirmed_transfers: number;
  readonly estimated_minor: number;
  readonly confirmed_minor: number;
  readonly outstanding_minor: number;
  readonly variance_minor: number;
  readonly revised_minor: number;
  readonly uncounted_minor: number;
  readonly hits: number | null;
  readonly matched_hits: number | null;
  readonly unmatched_hits: number | null;
  readonly unmatched_minor: number | null;
  readonly match_rate: number | null;
  readonly confirmation_rate: number | null;
  readonly transfers_url: string;
  readonly postbacks_url: string | null;
  readonly unmatched_url: string | null;
}
interface Aged {
  readonly transfers: number;
  readonly estimated_minor: number;
  readonly transfers_url: string;
}
interface Report {
  readonly lines: readonly Figures[];
  readonly totals: readonly (Figures & { readonly unconfirmed: readonly Aged[] })[];
}
type Money = { readonly minor: number; readonly currency: string } | null;
interface Transfer {
  readonly bridged_at: string | null;
  readonly billable: boolean;
  readonly estimated: Money;
  readonly confirmed: Money;
  readonly first_confirmed: Money;
  readonly uncounted: readonly Money[];
}
interface Hit {
  readonly status: string;
  readonly at_stake: Money;
}

const period = 'from=2026-01-06&to=2026-01-08&tz=America/Chicago';

async function bodyOf<Body>(path: string, key = january.key): Promise<Body> {
  const { status, body } = await january.get(path, key);
  expect([path, status]).toEqual([path, 200]);
  return body as unknown as Body;
}

const sum = (amounts: readonly number[]) => amounts.reduce((total, each) => total + each, 0);
const rate = (part: number, whole: number) =>
  whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;

/** The figures of transfers, added up by hand from the list that a line leads to. */
async function fromTransfers({ transfers_url, currency }: Figures, key: string) {
  const { transfers: all } = await bodyOf<{ transfers: Transfer[] }>(transfers_url, key);
  const within = (money: Money) => (money?.currency === currency ? money.minor : 0);
  // An amount in another currency has a line of its own, in which its transfer is not counted.
  const ours = all.filter(({ estimated }) => estimated?.currency === currency);
  const said = all.filter(({ confirmed }) => confirmed?.currency === currency);
  const bridged = ours.filter(({ bridged_at }) => bridged_at !== null);
  const revised = said.filter(({ first_confirmed }) => first_confirmed?.currency === currency);
  return {
    ...{ transfers: ours.length, bridged: bridged.length, confirmed_transfers: said.length },
    billable: ours.filter(({ billable }) => billable).length,
    estimated_minor: sum(all.map(({ estimated }) => within(estimated))),
    confirmed_minor: sum(said.map(({ confirmed }) => within(confirmed))),
    outstanding_minor: sum(
      all.filter(({ confirmed }) => confirmed === null).map(({ estimated }) => within(estimated)),
    ),
    variance_minor: sum(
      said.map(({ confirmed, estimated }) => within(confirmed) - within(estimated)),
    ),
    revised_minor: sum(
      revised.map((each) => within(each.confirmed) - within(each.first_confirmed)),
    ),
    uncounted_minor: sum(all.flatMap(({ uncounted }) => uncounted.map(within))),
    confirmation_rate: rate(
      bridged.filter(({ confirmed }) => confirmed !== null).length,
      bridged.length,
    ),
  };
}

/** The figures of hits, likewise. */
async function fromHits({ postbacks_url, unmatched_url }: Figures, key: string) {
  if (postbacks_url === null || unmatched_url === null) {
    return {
      ...{ hits: null, matched_hits: null, unmatched_hits: null, unmatched_minor: null },
      match_rate: null,
    };
  }
  const { postbacks: all } = await bodyOf<{ postbacks: Hit[] }>(postbacks_url, key);
  const { postbacks: waiting } = await bodyOf<{ postbacks: Hit[] }>(unmatched_url, key);
  const matched = all.filter(({ status }) => ['matched', 'duplicate', 'revised'].includes(status));
  return {
    ...{ hits: all.length, matched_hits: matched.length, unmatched_hits: waiting.length },
    unmatched_minor: sum(waiting.map(({ at_stake }) => at_stake?.minor ?? 0)),
    match_rate: rate(matched.length, all.length),
  };
}

const GROUPINGS = [
  ...['', 'day', 'hour', 'destination', 'buyer', 'source', 'campaign.utm_source'],
  ...['day,destination,buyer', 'hour,source,campaign.utm_source'],
];
const moments = () => [
  ...['', '&sense=first_reported', `&as_of=${january.beforeRevision}`],
  ...[`&as_of=${january.beforeRevision}&sense=first_reported`, '&currency=EUR', '&currency=CAD'],
];
const reportOf = (grouping: string, moment: string, key = january.key) =>
  bodyOf<Report>(
    `/v1/reports/revenue?${period}&group_by=${grouping}${moment}&waitFor=${position}`,
    key,
  );

/** Every figure of a report is that of the lists it leads to; answers how many lines it has. */
async function addsUp(grouping: string, moment: string, key = january.key): Promise<number> {
  const { lines, totals } = await reportOf(grouping, moment, key);
  for (const line of [...lines, ...totals]) {
    const added = { ...(await fromTransfers(line, key)), ...(await fromHits(line, key)) };
    expect({ moment, ...line }).toMatchObject({ moment, ...added });
  }
  return lines.length;
}

describe('a report of revenue', () => {
  it.each(GROUPINGS)(
    'by "%s" is the sum of the lists it leads to, figure by figure',
    async (by) => {
      for (const moment of moments()) {
        expect(await addsUp(by, moment)).toBeGreaterThan(0);
      }
    },
  );

  it('of test leads leads to what is theirs alone', async () => {
    for (const moment of ['', `&as_of=${new Date().toISOString()}`]) {
      expect(await addsUp('day,destination', moment, testKey)).toBe(1);
      const { totals } = await reportOf('', moment, testKey);
      const figures = { transfers: 1, hits: 1, matched_hits: 1, unmatched_minor: 0 };
      expect(totals).toMatchObject([{ ...figures, confirmed_minor: 4_500 }]);
    }
  });

  it('tells ages that are the sums of the lists they lead to', async () => {
    for (const moment of moments()) {
      const { totals } = await reportOf('', moment);
      for (const { transfers_url, transfers, estimated_minor } of totals.flatMap(
        ({ unconfirmed }) => unconfirmed,
      )) {
        const { transfers: all } = await bodyOf<{ transfers: Transfer[] }>(transfers_url);
        expect([transfers, estimated_minor]).toEqual([
          ...[all.length, sum(all.map(({ estimated }) => estimated?.minor ?? 0))],
        ]);
      }
    }
  });

  it('adds its lines up to its totals, a call of two days counting once', async () => {
    const { lines, totals } = await reportOf('day,buyer', '&currency=USD');
    const sumOf = (name: 'unmatched_minor' | 'estimated_minor' | 'hits') =>
      sum(lines.map((line) => line[name] ?? 0));
    expect(totals).toMatchObject([
      {
        ...{ unmatched_minor: 1_974, estimated_minor: 15_000, hits: 5 },
        ...{ confirmed_minor: 11_500 },
      },
    ]);
    expect([sumOf('unmatched_minor'), sumOf('estimated_minor'), sumOf('hits')]).toEqual([
      ...[1_974, 15_000, 5],
    ]);
  });
});
