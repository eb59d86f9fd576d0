import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callEvents } from '#events/calls';
import { postbackEvents, revenueEvents } from '#events/revenue';
import { connectEventStore, EventCatalog, type EventStore } from '#libs/event-store';
import { type DomainEvent, type TenantId } from '#libs/kernel';
import {
  aPostbackReading,
  aTransferReport,
  callBridged,
  callEnded,
  postbackLeftUnmatched,
  postbackMatched,
  postbackReceived,
  postbackSettled,
  revenueConfirmed,
  revenueRevised,
  transferRequested,
} from '#libs/testing';
import { randomUUID } from 'node:crypto';
import {
  type RunningApi,
  type Servers,
  startApi,
  startServers,
  startWorker,
} from './api.harness.js';

const tenantId = 'demo' as TenantId;
const catalog = new EventCatalog([...callEvents, ...revenueEvents, ...postbackEvents]);

let servers: Servers;
let api: RunningApi;
let worker: ReturnType<typeof startWorker>;
let store: EventStore;
let key: string;
/** Where the log ended, and when: before the revision, and after it. */
let first: { position: string; at: string };
let last: string;

beforeAll(async () => {
  servers = await startServers();
  api = await startApi(servers);
  worker = startWorker(servers);
  store = connectEventStore(servers.eventStoreUrl);
  key = await api.createKey('demo', { rateLimitPerMinute: 100_000 });
  await january();
});
afterAll(async () => {
  await store.close();
  await api.close();
  await worker.stop();
  await servers.close();
});

/** States facts as calling and matching will; answers the position of the last one. */
async function happened(stream: string, events: readonly DomainEvent[]): Promise<string> {
  const stored = events.map((event) => {
    catalog.assertWritable(event);
    const metadata = {
      ...{ schemaVersion: 1, tenantId, actor: { kind: 'system', id: 'spec' } as const },
      ...{ occurredAt: new Date().toISOString(), commandId: randomUUID() },
      ...{ $correlationId: stream, $causationId: 'spec' },
    };
    const data = event.data as Readonly<Record<string, unknown>>;
    return { id: randomUUID(), type: event.type, data, metadata };
  });
  const { position } = await store.append(stream, await revisionOf(stream), stored);
  return String(position);
}

async function revisionOf(stream: string): Promise<bigint | 'no_stream'> {
  let revision: bigint | 'no_stream' = 'no_stream';
  for await (const event of store.readStream(stream)) ({ revision } = event);
  return revision;
}

const [bright, sunny] = [randomUUID(), randomUUID()] as const;
const ids = ['one', 'two', 'three'].map((name) => ({
  ...{ name, leadId: randomUUID(), callId: randomUUID(), transferId: randomUUID() },
}));
const [one, two, three] = ids as [(typeof ids)[0], (typeof ids)[0], (typeof ids)[0]];

function transfer(of: typeof one, bridgedAt: string, more: object): DomainEvent[] {
  const { name: _, ...call } = of;
  const estimate = { amountMinor: 3_000, currency: 'USD', billable: true, rule: 'fixed' };
  return [
    transferRequested({ ...call, ...more, requestedAt: bridgedAt }),
    callBridged({ ...call, bridgedAt }),
    callEnded({ ...call, disposition: 'transferred', connectedSeconds: 120, estimate }),
  ];
}

/**
 * Three transfers, two on January 6 in Chicago: the first confirmed with 45 dollars and then revised
 * to 70; the second of a campaign, the third to another destination. A hit of 12.34 on January 6 is
 * unmatched.
 */
async function january(): Promise<void> {
  const to = { destinationId: bright, destinationName: '=Bright, "Solar"' };
  const mail = { campaign: { utm_source: 'mail' }, source: null };
  const { name: _, ...call } = one;
  const report = aTransferReport({ postbackId: 'hit-1' });
  const entry = { ...call, destinationId: bright };
  await happened(`lead-${one.leadId}`, transfer(one, '2026-01-06T16:00:00.000Z', to));
  await happened(
    `lead-${two.leadId}`,
    transfer(two, '2026-01-07T05:59:59.000Z', { ...to, ...mail }),
  );
  const third = { destinationId: sunny, destinationName: 'Sunny' };
  await happened(`lead-${three.leadId}`, transfer(three, '2026-01-07T06:00:00.000Z', third));
  await happened('postback-hit-1', [
    postbackReceived({ destinationId: bright }),
    postbackSettled({ ...{ leadId: one.leadId, transferId: one.transferId } }),
  ]);
  await happened('postback-hit-2', [
    postbackReceived({
      ...{ postbackId: 'hit-2', destinationId: bright },
      reading: aPostbackReading({ payoutMinor: 1_234, vendorCallId: 'vendor-2' }),
    }),
    postbackLeftUnmatched({ postbackId: 'hit-2' }),
  ]);
  const confirmed = [postbackMatched({ ...call, report }), revenueConfirmed(entry)];
  const position = await happened(`lead-${one.leadId}`, confirmed);
  first = { position, at: await recordedAt(`lead-${one.leadId}`) };
  await ticked(first.at);
  last = await happened(`lead-${one.leadId}`, [revenueRevised(entry)]);
}

async function recordedAt(stream: string): Promise<string> {
  let at = '';
  for await (const event of store.readStream(stream)) at = event.recordedAt.toISOString();
  return at;
}

/** The log tells instants to the millisecond: what comes next must come in another one. */
async function ticked(after: string): Promise<void> {
  while (Date.now() <= Date.parse(after) + 1) await new Promise(setImmediate);
}

interface Line extends Record<string, unknown> {
  readonly group: Record<string, string | null>;
  readonly transfers: number;
  readonly transfers_url: string;
}
interface Report {
  readonly lines: readonly Line[];
  readonly totals: readonly Record<string, unknown>[];
  readonly as_of: { position: string; timestamp: string };
}

const get = (path: string, by = key) => api.request(path, { key: by });
const period = 'from=2026-01-06&to=2026-01-08&tz=America/Chicago';
const report = async (query: string, by = key) =>
  (await get(`/v1/reports/revenue?${period}&waitFor=${last}&${query}`, by))
    .body as unknown as Report;
const transfersOf = async (path: string) =>
  (await get(path)).body as unknown as { transfers: readonly { transfer_id: string }[] };

describe('the revenue report', () => {
  it('adds up a period in one line for each currency', async () => {
    const { lines, totals, as_of } = await report('');
    expect(lines).toHaveLength(1);
    const figures = {
      ...{ currency: 'USD', transfers: 3, bridged: 3, billable: 3, confirmed_transfers: 1 },
      ...{ estimated_minor: 9_000, estimated: '90.00', confirmed_minor: 7_000 },
      ...{ confirmed: '70.00', outstanding: '60.00', variance: '40.00', revised: '25.00' },
      ...{ hits: 2, matched_hits: 1, unmatched_hits: 1, unmatched: '12.34', match_rate: 0.5 },
      confirmation_rate: 0.3333,
    };
    expect(lines[0]).toMatchObject({ group: {}, ...figures });
    expect(totals).toMatchObject([
      { ...figures, unconfirmed: [{ age: 'over_30_d', transfers: 2, estimated: '60.00' }] },
    ]);
    expect(BigInt(as_of.position)).toBeGreaterThanOrEqual(BigInt(last));
  });

  it('counts local days, and shows those without anything if asked', async () => {
    const { lines } = await report('group_by=day');
    expect(lines.map(({ group, transfers }) => [group['day'], transfers])).toEqual([
      ['2026-01-06', 2],
      ['2026-01-07', 1],
    ]);
    expect(lines[0]).toMatchObject({ unmatched: '12.34' });
    const longer = await get(
      '/v1/reports/revenue?from=2026-01-05&to=2026-01-09&tz=Asia/Kolkata&group_by=day&empty_groups=true',
    );
    const days = (longer.body as unknown as Report).lines;
    expect(days.map(({ group, transfers }) => [group['day'], transfers])).toEqual([
      ['2026-01-05', 0],
      ['2026-01-06', 1],
      ['2026-01-07', 2],
      ['2026-01-08', 0],
    ]);
  });

  it('leads from every line to just the transfers behind it', async () => {
    for (const grouping of [
      ...['', 'day', 'hour', 'destination', 'buyer', 'source', 'campaign.utm_source'],
      ...['day,destination,source,buyer', 'hour,campaign.utm_source,campaign.none'],
    ]) {
      for (const moment of ['', `&as_of=${first.at}`, '&sense=first_reported', '&source=']) {
        const { lines } = await report(`group_by=${grouping}${moment}`);
        expect(lines.length).toBeGreaterThan(0);
        for (const line of lines) {
          const { transfers } = await transfersOf(line.transfers_url);
          expect([line.transfers_url, transfers.length]).toEqual([
            ...[line.transfers_url, line.transfers],
          ]);
        }
      }
    }
  });

  it('shows what was known at any moment, and what was reported first', async () => {
    const then = await report(`as_of=${first.at}`);
    expect(then.lines[0]).toMatchObject({ confirmed: '45.00', revised: '0.00', transfers: 3 });
    expect(then.as_of.timestamp).toBe(first.at);
    expect((await report('sense=first_reported')).lines[0]).toMatchObject({ confirmed: '45.00' });
    expect((await report('as_of=2026-01-01')).lines).toEqual([]);
    const future = await get(`/v1/reports/revenue?${period}&as_of=2099-01-01`);
    expect([future.status, future.body.error.code]).toEqual([422, 'as_of_in_future']);
  });

  it('says nothing of hits where they cannot be told apart: they name no lead', async () => {
    const { lines, totals } = await report('group_by=source');
    expect(lines[0]).toMatchObject({ hits: null, unmatched: null, match_rate: null });
    expect(totals[0]).toMatchObject({ hits: 2 });
    expect((await report('campaign.utm_source=mail')).totals).toMatchObject([
      { transfers: 1, hits: null },
    ]);
  });

  it('comes as CSV with the same columns always, and runs nothing in a spreadsheet', async () => {
    const answer = await get(
      `/v1/reports/revenue?${period}&group_by=destination,campaign.utm_source&format=csv`,
    );
    const [header, ...lines] = answer.text.trimEnd().split('\r\n');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(header).toBe(
      'day,hour,destination,buyer,source,destination_name,currency,transfers,bridged,billable,' +
        'confirmed_transfers,estimated_minor,estimated,confirmed_minor,confirmed,' +
        'outstanding_minor,outstanding,variance_minor,variance,revised_minor,revised,hits,' +
        'matched_hits,unmatched_hits,unmatched_minor,unmatched,match_rate,confirmation_rate,' +
        'campaign.utm_source',
    );
    expect(lines).toHaveLength(3);
    expect(lines.join('\n')).toContain(`"'=Bright, ""Solar"""`);
  });

  it('is a tenant’s own, and of live leads', async () => {
    expect((await report('', await api.createKey('other'))).lines).toEqual([]);
    expect((await report('', await api.createKey('demo', { mode: 'test' }))).totals).toMatchObject([
      { transfers: 0, hits: 2 },
    ]);
  });

  it('refuses what cannot be a question', async () => {
    for (const query of [
      ...['to=2026-01-01', 'tz=Mars/Base', 'tz=%2B05:30', 'group_by=colour', 'group_by=day,day'],
      ...['sense=maybe', 'format=xml', 'as_of=soon', 'colour=red', 'buyer=a%00b'],
    ]) {
      const [name = ''] = query.split('=');
      const others = new URLSearchParams(period);
      others.delete(name);
      const { status, body } = await get(`/v1/reports/revenue?${others.toString()}&${query}`);
      expect([query, status, body.error.code]).toEqual([query, 422, 'validation_failed']);
    }
    expect((await get('/v1/reports/revenue')).status).toBe(422);
  });
});

describe('a transfer', () => {
  it('is read with its entries, its reports and where to read on', async () => {
    const { status, body } = await get(`/v1/transfers/${one.transferId}?waitFor=${last}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ transfer_id: one.transferId, lead_id: one.leadId, state: 'revised', billable: true },
      ...{ estimated: { amount: '30.00' }, confirmed: { amount: '70.00', minor: 7_000 } },
      ...{ first_confirmed: { amount: '45.00' }, buyer: 'Bright', reports_count: 1 },
      entries: [
        { kind: 'estimated', delta: { amount: '30.00' } },
        { kind: 'confirmed', delta: { amount: '45.00' }, postback_id: 'hit-1' },
        { kind: 'revised', delta: { amount: '25.00' }, reason: 'later_report' },
      ],
      reports: [{ postback_id: 'hit-1', status: 'matched', payout: { amount: '45.00' } }],
      links: { lead_history: `/v1/leads/${one.leadId}/history`, call: `/v1/calls/${one.callId}` },
    });
  });

  it('is found neither by others nor under a nonsense id', async () => {
    const others = await api.createKey('other');
    for (const [id, by] of [
      [one.transferId, others],
      [randomUUID(), key],
      ['nonsense', key],
    ] as const) {
      const { status, body } = await get(`/v1/transfers/${id}`, by);
      expect([status, body.error.code]).toEqual([404, 'transfer_not_found']);
    }
  });

  it('is listed page by page, and altogether as CSV', async () => {
    const page = await get('/v1/transfers?limit=2&source=my-webform');
    expect(page.body).toMatchObject({ has_more: false, limit: 2 });
    const begin = await get('/v1/transfers?limit=2');
    const rest = await transfersOf(`/v1/transfers?limit=2&cursor=${begin.body.next_cursor!}`);
    expect(rest.transfers.map(({ transfer_id }) => transfer_id)).toEqual([one.transferId]);
    const csv = await get('/v1/transfers?format=csv&limit=1');
    const lines = csv.text.trimEnd().split('\r\n');
    expect(lines[0]).toMatch(/^transfer_id,lead_id,call_id,call_at,/);
    expect(lines).toHaveLength(4);
    const { status } = await get('/v1/transfers?format=csv&as_of=2099-01-01');
    expect(status).toBe(422);
  });
});

describe('the inbox of hits', () => {
  it('shows what came in, why it waits, and what is at stake', async () => {
    const { body } = await get(`/v1/postbacks?waitFor=${last}`);
    expect(body).toMatchObject({
      postbacks: [
        { postback_id: 'hit-2', status: 'unmatched', reason: 'outside_window' },
        { postback_id: 'hit-1', status: 'matched', transfer_id: one.transferId },
      ],
      unmatched: {
        totals: [{ hits: 1, at_stake: { amount: '12.34', minor: 1_234, currency: 'USD' } }],
        by_reason: [{ reason: 'outside_window', hits: 1, calls: 1 }],
      },
    });
    expect(JSON.stringify(body)).not.toContain('phone-1');
  });

  it('can be narrowed down and paged through', async () => {
    const found = async (query: string) =>
      (
        (await get(`/v1/postbacks?${query}`)).body as unknown as {
          postbacks: readonly { postback_id: string }[];
        }
      ).postbacks.map(({ postback_id }) => postback_id);
    expect(await found('status=unmatched&reason=outside_window&token_id=token-1')).toEqual([
      'hit-2',
    ]);
    expect(await found(`transfer_id=${one.transferId}`)).toEqual(['hit-1']);
    expect(await found('from=2026-01-07T00:00:00Z')).toEqual([]);
    expect(await found('reason=unknown_id')).toEqual([]);
    const begin = await get('/v1/postbacks?limit=1');
    expect(begin.body).toMatchObject({ has_more: true });
    const next = await get(`/v1/postbacks?limit=1&cursor=${begin.body.next_cursor!}`);
    expect(next.body).toMatchObject({ postbacks: [{ postback_id: 'hit-1' }], unmatched: null });
    for (const query of ['status=maybe', 'reason=none', 'from=yesterday', 'limit=0']) {
      expect((await get(`/v1/postbacks?${query}`)).status).toBe(422);
    }
  });
});
