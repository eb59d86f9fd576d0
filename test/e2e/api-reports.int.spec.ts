import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import { type ReportedJanuary, startReportedJanuary } from './reported-january.harness.js';

let january: ReportedJanuary;

beforeAll(async () => {
  january = await startReportedJanuary();
});
afterAll(() => january.close());

const get: ReportedJanuary['get'] = (path, by) => january.get(path, by);

interface Line extends Record<string, unknown> {
  readonly group: Record<string, string | null>;
  readonly transfers: number;
  readonly transfers_url: string;
  readonly hits: number | null;
  readonly postbacks_url: string | null;
}
interface Report {
  readonly lines: readonly Line[];
  readonly totals: readonly Record<string, unknown>[];
  readonly as_of: { position: string; timestamp: string };
}

const period = 'from=2026-01-06&to=2026-01-08&tz=America/Chicago';
const report = async (query: string, by?: string) =>
  (await get(`/v1/reports/revenue?${period}&waitFor=${january.position}&${query}`, by))
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
    expect(BigInt(as_of.position)).toBeGreaterThanOrEqual(BigInt(january.position));
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

  it('refuses more days without anything than anybody reads', async () => {
    const { status, body } = await get(
      '/v1/reports/revenue?from=1900-01-01&to=2999-01-01&group_by=day&empty_groups=true',
    );
    expect({ status, body }).toMatchObject({
      status: 422,
      body: { error: { details: [{ field: 'group_by', code: 'too_many' }] } },
    });
  });

  it('leads from every line to just the transfers behind it', async () => {
    for (const grouping of [
      ...['', 'day', 'hour', 'destination', 'buyer', 'source', 'campaign.utm_source'],
      ...['day,destination,source,buyer', 'hour,campaign.utm_source,campaign.none'],
    ]) {
      for (const moment of [
        '',
        `&as_of=${january.beforeRevision}`,
        '&sense=first_reported',
        '&source=',
      ]) {
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

  it('leads from totals and ages to just the transfers and hits behind them', async () => {
    for (const moment of ['', `&as_of=${january.beforeRevision}`, '&source=', '&buyer=']) {
      const { totals } = await report(`group_by=day${moment}`);
      for (const total of totals as unknown as readonly (Line & { unconfirmed: Line[] })[]) {
        for (const { transfers_url: url, transfers: count } of [total, ...total.unconfirmed]) {
          expect([url, (await transfersOf(url)).transfers.length]).toEqual([url, count]);
        }
        if (total.postbacks_url === null) continue;
        const { body } = await get(total.postbacks_url);
        const { postbacks } = body as unknown as { postbacks: readonly object[] };
        expect(postbacks).toHaveLength(total.hits ?? 0);
      }
    }
  });

  it('tells ages as CSV, too', async () => {
    const { text, headers } = await get(`/v1/reports/revenue?${period}&format=csv&part=ageing`);
    expect(headers.get('content-disposition')).toContain('revenue-ageing-2026-01-06');
    const [columns, ...ages] = text.trimEnd().split('\r\n');
    expect(columns).toBe('currency,age,transfers,estimated_minor,estimated,transfers_url');
    expect(ages).toHaveLength(1);
    expect(ages[0]).toMatch(/^USD,over_30_d,2,6000,60.00,.*confirmed=false/);
  });

  it('leads from every line to just the hits behind it', async () => {
    for (const grouping of ['', 'day', 'hour', 'destination', 'buyer', 'day,destination,buyer']) {
      for (const moment of ['', `&as_of=${january.beforeRevision}`, '&currency=USD']) {
        for (const { postbacks_url: url, hits } of (await report(`group_by=${grouping}${moment}`))
          .lines) {
          const { body } = await get(url!);
          const { postbacks } = body as unknown as { postbacks: readonly object[] };
          expect([url, postbacks.length]).toEqual([url, hits]);
        }
      }
    }
    const [untold] = (await report('group_by=source')).lines;
    expect(untold).toMatchObject({ hits: null, postbacks_url: null });
  });

  it('names the destination of hits alone, and leads on where there is none', async () => {
    const { api, key } = january;
    const wish = { name: 'Late Sun', address: { value: '+15125550191' } };
    const made = await api.post('/v1/destinations', wish, { key });
    const { id: destination_id } = made.body as unknown as { id: string };
    for (const label of [{ label: 'Late', destination_id }, { label: 'Any' }]) {
      const { body } = await api.post('/v1/postback-tokens', label, { key });
      const { token } = body as unknown as { token: string };
      await api.request(`/v1/postbacks/calls?token=${token}&phone=5125550192&payout=3`);
    }
    const lines = await until('both reports to be counted', async () => {
      const { body } = await get('/v1/reports/revenue?group_by=destination');
      const told = (body as unknown as Report).lines;
      const hits = told.reduce((sum, line) => sum + (line.hits ?? 0), 0);
      return hits === 2 && told;
    });
    expect(lines).toMatchObject([{ destination_name: 'Late Sun' }, { destination_name: null }]);
    for (const { transfers_url, postbacks_url } of lines) {
      expect(await get(transfers_url)).toMatchObject({ status: 200, body: { transfers: [] } });
      expect((await get(postbacks_url!)).body).toMatchObject({ postbacks: [{}] });
    }
    const none = await get('/v1/reports/revenue?destination_id=');
    expect(none.body).toMatchObject({ lines: [{ hits: 1, transfers: 0 }] });
  });

  it('is of the last seven days in the zone that is asked for, and says of which', async () => {
    const { status, body } = await get('/v1/reports/revenue?tz=America/Chicago&as_of=2026-01-08');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      period: {
        ...{ from: '2026-01-02T06:00:00.000Z', to: '2026-01-09T06:00:00.000Z' },
        tz: 'America/Chicago',
      },
    });
    const csv = await get('/v1/reports/revenue?to=2026-01-08&tz=Asia/Kolkata&format=csv');
    expect(csv.headers.get('content-disposition')).toContain('revenue-2026-01-01-2026-01-07.csv');
    expect(csv.headers.get('x-report-period')).toBe(
      '2025-12-31T18:30:00.000Z/2026-01-07T18:30:00.000Z Asia/Kolkata',
    );
  });

  it('shows what was known at any moment, and what was reported first', async () => {
    const then = await report(`as_of=${january.beforeRevision}`);
    expect(then.lines[0]).toMatchObject({ confirmed: '45.00', revised: '0.00', transfers: 3 });
    expect(then.as_of.timestamp).toBe(january.beforeRevision);
    expect((await report('sense=first_reported')).lines[0]).toMatchObject({ confirmed: '45.00' });
    expect((await report('as_of=2026-01-01')).lines).toEqual([]);
    const future = await get(`/v1/reports/revenue?${period}&as_of=2099-01-01`);
    expect([future.status, future.body.error.code]).toEqual([422, 'as_of_in_future']);
  });

  it('takes a moment and a zone by either of their names, but not by both', async () => {
    const told = await get(
      `/v1/reports/revenue?from=2026-01-06&to=2026-01-08&time_zone=America/Chicago&asOf=${january.beforeRevision}`,
    );
    expect(told.body).toMatchObject({
      period: { tz: 'America/Chicago' },
      ...{ lines: [{ confirmed: '45.00' }], as_of: { timestamp: january.beforeRevision } },
    });
    const both = await get(`/v1/reports/revenue?${period}&time_zone=UTC`);
    expect(both).toMatchObject({ status: 422 });
    const { body } = await get(`/v1/leads?as_of=2099-01-01T00:00:00Z`);
    expect(body.error.code).toBe('as_of_in_future');
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
        'outstanding_minor,outstanding,variance_minor,variance,revised_minor,revised,uncounted_minor,uncounted,hits,' +
        'matched_hits,unmatched_hits,unmatched_minor,unmatched,match_rate,confirmation_rate,' +
        'campaign.utm_source',
    );
    expect(lines).toHaveLength(4);
    expect(lines[3]).toMatch(/^total,,,,,,USD,3,3,3,1,9000,90\.00,7000,70\.00,/);
    expect(lines.join('\n')).toContain(`"'=Bright, ""Solar"""`);
  });

  it('is a tenant’s own, and of live leads', async () => {
    expect((await report('', await january.api.createKey('other'))).lines).toEqual([]);
    expect(
      (await report('', await january.api.createKey('demo', { mode: 'test' }))).totals,
    ).toEqual([]);
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
  });
});
