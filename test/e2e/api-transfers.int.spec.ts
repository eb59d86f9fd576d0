import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type ReportedJanuary, startReportedJanuary } from './reported-january.harness.js';

let january: ReportedJanuary;

beforeAll(async () => {
  january = await startReportedJanuary();
});
afterAll(() => january.close());

const get: ReportedJanuary['get'] = (path, by) => january.get(path, by);

const transfersOf = async (path: string) =>
  (await get(path)).body as unknown as { transfers: readonly { transfer_id: string }[] };

describe('a transfer', () => {
  it('is read with its entries, its reports and where to read on', async () => {
    const { status, body } = await get(
      `/v1/transfers/${january.transfers.one.transferId}?waitFor=${january.position}`,
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{
        transfer_id: january.transfers.one.transferId,
        lead_id: january.transfers.one.leadId,
        state: 'revised',
        billable: true,
      },
      ...{ estimated: { amount: '30.00' }, confirmed: { amount: '70.00', minor: 7_000 } },
      ...{
        first_confirmed: { amount: '45.00', currency: 'USD' },
        buyer: 'Bright',
        reports_count: 1,
      },
      entries: [
        { kind: 'estimated', delta: { amount: '30.00' } },
        { kind: 'confirmed', delta: { amount: '45.00' }, postback_id: 'hit-1' },
        { kind: 'revised', delta: { amount: '25.00' }, reason: 'later_report' },
      ],
      reports: [{ postback_id: 'hit-1', status: 'matched', payout: { amount: '45.00' } }],
      links: {
        lead_history: `/v1/leads/${january.transfers.one.leadId}/history`,
        call: `/v1/calls/${january.transfers.one.callId}`,
      },
    });
  });

  it('is found neither by others nor under a nonsense id', async () => {
    const others = await january.api.createKey('other');
    for (const [id, by] of [
      [january.transfers.one.transferId, others],
      [randomUUID(), january.key],
      ['nonsense', january.key],
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
    expect(rest.transfers.map(({ transfer_id }) => transfer_id)).toEqual([
      january.transfers.one.transferId,
    ]);
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
    const { body } = await get(`/v1/postbacks?waitFor=${january.position}`);
    expect(body).toMatchObject({
      postbacks: [
        { postback_id: 'hit-2', status: 'unmatched', reason: 'outside_window' },
        { postback_id: 'hit-1', status: 'matched', transfer_id: january.transfers.one.transferId },
      ],
      unmatched: {
        totals: [{ hits: 1, at_stake: { amount: '12.34', minor: 1_234, currency: 'USD' } }],
        by_reason: [{ reason: 'outside_window', hits: 1, calls: 1 }],
      },
    });
    expect(JSON.stringify(body)).not.toContain('phone-1');
    const live = await get('/v1/postbacks?mode=live');
    expect(live.body).toMatchObject({ unmatched: { totals: [{ hits: 1 }] } });
    const test = await get('/v1/postbacks?mode=test');
    const nothing = { totals: [], by_reason: [] };
    expect(test.body).toMatchObject({ postbacks: [], unmatched: nothing });
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
    expect(await found(`transfer_id=${january.transfers.one.transferId}`)).toEqual(['hit-1']);
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
