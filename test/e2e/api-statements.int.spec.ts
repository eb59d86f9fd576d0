import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ended, jsonOf, startCommand } from './import-command.harness.js';
import { aCall, type Call, type Postbacks, startPostbacks } from './postbacks.harness.js';

let on: Postbacks;
let destinationId: string;

beforeAll(async () => {
  on = await startPostbacks();
  destinationId = await aDestination();
});
afterAll(() => on.close());

async function aDestination(): Promise<string> {
  const wish = {
    ...{ name: 'Acme', address: { value: '+15125550150' }, priority: 1, accept_key: '1' },
    ...{ whisper: 'A call.', presents_consumer: true },
    payout: { model: 'fixed', amount_minor: 3_000, billable_seconds: 60 },
  };
  const { body } = await on.api.post('/v1/destinations', wish, { key: on.key });
  return body.id;
}

interface Answer {
  readonly statement_id: string;
  readonly same_file_as: string | null;
  readonly rows: number;
  readonly stored: number;
  readonly agreed: number;
  readonly differences: readonly { readonly kind: string; readonly reason: string | null }[];
  readonly totals: readonly object[];
}

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const period = () => ({ from: inHours(-1), to: inHours(1) });

/** Each spec has a period, and so a statement, of its own. */
async function sendJson(rows: readonly object[], options: object) {
  const body = JSON.stringify({ destination_id: destinationId, ...options, rows });
  const init = { method: 'POST', key: on.key, body };
  const headers = { 'content-type': 'application/json' };
  const answer = await on.api.request('/v1/statements', { ...init, headers });
  return { status: answer.status, ...(answer.body as unknown as Answer), body: answer.body };
}

async function reportsOf(statementId: string) {
  const { body } = await on.api.request(`/v1/postbacks?token_id=${statementId}`, { key: on.key });
  type Report = { readonly status: string; readonly reason: string | null };
  return (body as unknown as { readonly postbacks: readonly Report[] }).postbacks;
}

const at = () => new Date(Date.now() - 100_000).toISOString();

/** A transfer to the destination of the statement. */
async function aTransfer(): Promise<Call> {
  const call = aCall();
  await on.transferred(call, { destinationId });
  return call;
}

describe('a statement', () => {
  it('tells what differs, changes the ledger, and tells the same when it comes again', async () => {
    const [same, other, missing] = [await aTransfer(), await aTransfer(), await aTransfer()];
    for (const { phone } of [same, other, missing]) {
      await on.settled((await on.asked({ caller: phone, payout: '45.00' })).body);
    }
    const rows = [
      { 'Caller ID': same.phone, Payout: 45.0, 'Call Time': at() },
      { 'Caller ID': other.phone, Payout: '$40.00', 'Call Time': at(), duration: 300 },
      { 'Caller ID': '+12125550123', Payout: '12.50', 'Call Time': at() },
    ];
    const options = period();
    const preview = await sendJson(rows, { ...options, preview: true });
    expect(preview).toMatchObject({ status: 200, rows: 3, stored: 0, agreed: 1 });
    expect(await reportsOf(preview.statement_id)).toEqual([]);
    const first = await sendJson(rows, options);
    expect(first).toMatchObject({ status: 200, rows: 3, stored: 3, agreed: 1 });
    expect(first.differences).toMatchObject([
      { kind: 'amount_differs', rows: [2], transfer_id: other.transferId },
      { kind: 'duration_differs', rows: [2], theirs_seconds: 300, ours_seconds: 95 },
      { kind: 'ours_missing', rows: [3], theirs: { amount: '12.50', currency: 'USD' } },
      { kind: 'theirs_missing', transfer_id: missing.transferId, ours: { minor: 4_500 } },
    ]);
    expect(first.differences).toEqual(preview.differences);
    await until('the rows to be matched', async () => {
      const statuses = (await reportsOf(first.statement_id)).map(({ status }) => status).sort();
      return statuses.join() === 'revised,revised,unmatched';
    });
    expect([await on.bookedOn(same.leadId), await on.bookedOn(other.leadId)]).toEqual([
      4_500, 4_000,
    ]);
    expect(first.same_file_as).toBeNull();
    const inCents = { ...options, amount_unit: 'cents', preview: true };
    await until('the same file to be recognised under other options', async () => {
      const { same_file_as } = await sendJson(rows, inCents);
      return same_file_as === first.statement_id;
    });
    const grown = await sendJson([...rows, { ...rows[0], payout: '1.00' }], inCents);
    expect(grown.same_file_as).toBe(first.statement_id);
    expect((await sendJson(rows.slice(0, 2), inCents)).same_file_as).toBe(first.statement_id);
    const begunAlike = await sendJson([rows[0]!, { ...rows[1], payout: '1.00' }], inCents);
    expect(begunAlike.same_file_as).toBeNull();
    const again = await sendJson(rows, options);
    expect(again).toMatchObject({ stored: 0, statement_id: first.statement_id });
    expect(again.differences).toEqual(first.differences);
    expect(again.totals).toEqual(first.totals);
    expect(await reportsOf(first.statement_id)).toHaveLength(3);
  });

  it('agrees with what a network reported by a token for any destination, and either may come first', async () => {
    const [first, later] = [await aTransfer(), await aTransfer()];
    const ofNetwork = { payout: '45.00', call_id: `network ${first.transferId}` };
    await on.settled((await on.asked({ caller: first.phone, ...ofNetwork })).body);
    const rows = [first, later].map(({ phone, transferId }) => ({
      ...{ caller_id: phone, payout: '45.00', duration: 95, call_time: at() },
      call_id: `buyer ${transferId}`,
    }));
    const told = await sendJson(rows, period());
    expect(told).toMatchObject({ rows: 2, stored: 2, agreed: 1 });
    const differing = told.differences.filter(({ kind }) => kind !== 'theirs_missing');
    expect(differing).toMatchObject([{ kind: 'amount_differs', rows: [2] }]);
    await until('both rows to be matched', async () => {
      const statuses = (await reportsOf(told.statement_id)).map(({ status }) => status);
      return statuses.every((status) => status === 'matched' || status === 'revised');
    });
    const late = { payout: '45.00', call_id: `network ${later.transferId}` };
    const { body } = await on.asked({ caller: later.phone, ...late });
    expect(await on.settled(body)).toMatchObject({ transfer_id: later.transferId });
    expect([await on.bookedOn(first.leadId), await on.bookedOn(later.leadId)]).toEqual([
      4_500, 4_500,
    ]);
  });

  it('comes as CSV, with names of its own for columns, and is told as CSV', async () => {
    const { phone, transferId } = await aTransfer();
    const csv = `Prospect;Our share;Started\r\n${phone};45,00;${at()}\r\n`;
    const aliases = [
      { field: 'caller', name: 'Prospect' },
      { field: 'payout_dollars', name: 'Our share' },
      { field: 'call_time', name: 'Started' },
    ];
    const said = { destination_id: destinationId, ...period(), currency: 'EUR', format: 'csv' };
    const query = new URLSearchParams({ ...said, aliases: JSON.stringify(aliases) }).toString();
    const headers = { 'content-type': 'text/csv', authorization: `Bearer ${on.key}` };
    const answer = await fetch(`${on.api.url}/v1/statements?${query}`, {
      ...{ method: 'POST', body: csv, headers },
    });
    expect(answer.headers.get('content-type')).toContain('text/csv');
    const [heading, ...lines] = (await answer.text()).trim().split('\r\n');
    expect(heading).toBe(
      'kind,rows,transfer_id,reason,currency,theirs,ours,theirs_seconds,ours_seconds,time_problem',
    );
    expect(lines).toContain(`amount_differs,1,${transferId},,EUR,45.00,,,95,`);
  });

  it('is about no call of today where its rows tell no time that can be read', async () => {
    const { phone, leadId } = await aTransfer();
    const rows = ['4 July, about noon', '7/4/2026', ''].map((told, index) => ({
      ...{ 'Caller ID': phone, Payout: 20 + index, 'Call Date': told },
    }));
    const { statement_id: id, differences } = await sendJson(rows, period());
    const missing = differences.filter(({ kind }) => kind === 'ours_missing');
    const reason = 'call_time_missing';
    expect(missing).toMatchObject([
      { reason, time_problem: 'time_unreadable' },
      { reason, time_problem: 'time_of_day_missing' },
      { reason, time_problem: null },
    ]);
    await until('the rows to be looked at', async () => {
      const reasons = (await reportsOf(id)).map((each) => each.reason);
      return reasons.length === 3 && reasons.every((each) => each === reason);
    });
    expect(await on.bookedOn(leadId)).toBe(0);
  });

  it('has rows that are read anew when the names of the account change', async () => {
    const { phone } = await aTransfer();
    const [options, row] = [period(), { prospect_no: `+1${phone}`, payout: '20', call_time: at() }];
    const { statement_id: id, differences } = await sendJson([row], options);
    expect(differences[0]).toMatchObject({ kind: 'ours_missing', reason: 'caller_missing' });
    const aliases = [{ field: 'caller', name: 'prospect_no' }];
    const init = { method: 'PUT', key: on.key, body: JSON.stringify({ aliases }) };
    const headers = { 'content-type': 'application/json' };
    await on.api.request('/v1/postback-aliases', { ...init, headers });
    await until('the row to be matched', async () => {
      return (await reportsOf(id))[0]?.status === 'matched';
    });
    expect((await reportsOf(id)).length).toBe(1);
  });

  it('is listed with what has become of its rows, and can be found by whose and which it is', async () => {
    const { phone } = await aTransfer();
    const rows = [
      { caller_id: phone, payout: '20.00', call_time: at() },
      { caller_id: '+12125550199', payout: '7.00', call_time: at() },
    ];
    const options = period();
    const { statement_id: id } = await sendJson(rows, options);
    const listed = async (query: string, by = on.key) => {
      const { body } = await on.api.request(`/v1/statements?${query}`, { key: by });
      return body as unknown as { statements: readonly Record<string, unknown>[] };
    };
    const found = async (query: string) =>
      (await listed(query)).statements.map(({ statement_id }) => statement_id);
    await until('its rows to be decided', async () => {
      const [first] = (await listed(`token_id=${id}`)).statements;
      return first?.['matched_rows'] === 1 && first['unmatched_rows'] === 1;
    });
    const { statements } = await listed(`token_id=${id}`);
    expect(statements).toEqual([
      expect.objectContaining({
        ...{ statement_id: id, destination_id: destinationId, status: 'waiting', rows: 2 },
        ...{ ...options, matched_rows: 1, unmatched_rows: 1, ignored_rows: 0 },
        ...{ time_zone: 'UTC', currency: 'USD', amount_unit: 'by_name', aliases_count: 0 },
        postbacks_url: `/v1/postbacks?token_id=${id}`,
      }),
    ]);
    expect(await found(`destination_id=${destinationId}&status=waiting&limit=200`)).toContain(id);
    expect(await found(`status=settled&limit=200`)).not.toContain(id);
    expect(await found(`to=2020-01-01`)).toEqual([]);
    expect(await found(`from=2099-01-01`)).toEqual([]);
    expect((await listed('', await on.api.createKey('other'))).statements).toEqual([]);
    const page = await listed('limit=1');
    expect(page).toMatchObject({ limit: 1, has_more: true });
  });

  it('is refused where it cannot be understood, and nothing of it is stored', async () => {
    const refusals = [
      await sendJson([], { ...period(), destination_id: aCall().leadId }),
      await sendJson([], { ...period(), time_zone: 'Mars/Olympus' }),
      await sendJson([], { ...period(), aliases: [{ field: 'caller', name: 'did' }] }),
      await sendJson([], { ...period(), from: '2099-01-01' }),
      await sendJson([], { ...period(), rows_of: 1 }),
      await sendJson([{ '+15125551212': '40.00' }], period()),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422, 422]);
  });
});

describe('leadledger statement', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leadledger-statement-'));
    await leadledger('tenants', 'create', 'demo', '--mode', 'sandbox');
  });
  afterAll(() => rm(folder, { recursive: true }));

  const leadledger = (...parameters: string[]) =>
    ended(startCommand(on.servers, folder, parameters));

  it('tells what the api tells, stores rows once, and writes all differences', async () => {
    const { phone, leadId, transferId } = await aTransfer();
    const lines = ['Prospect Ph,payout,call_time', `${phone},41.00,${at()}`, `n/a,7.5,${at()}`];
    await writeFile(join(folder, 'july.csv'), lines.join('\n'));
    const { from, to } = period();
    const command = [
      ...['statement', 'july.csv', '--tenant', 'demo', '--destination', destinationId],
      ...['--from', from, '--to', to, '--alias', 'caller=Prospect Ph'],
    ];
    const preview = await leadledger(...command, '--preview');
    expect(preview).toMatchObject({ code: 0 });
    expect(preview.stdout).toMatch(/2 rows: 1 belong to a transfer; 0 transfers agree\. Nothing/);
    expect(preview.stdout).toMatch(/amount differs +1 +USD +41\.00/);
    const first = jsonOf(await leadledger(...command, '--differences', 'all.csv', '--json'));
    expect(first).toMatchObject({ preview: false, lines: 2, stored: 2, matchedLines: 1 });
    expect(await readFile(join(folder, 'all.csv'), 'utf8')).toContain(
      `amount_differs,1,${transferId},,USD,41.00,`,
    );
    await until('the row to be booked', async () => (await on.bookedOn(leadId)) === 4_100);
    const again = jsonOf(await leadledger(...command, '--json'));
    expect(again).toMatchObject({ stored: 0, totals: first['totals'] });
    const list = ['statements', '--tenant', 'demo', '--destination', destinationId];
    const { statements } = jsonOf(await leadledger(...list, '--json'));
    expect(statements).toContainEqual(
      expect.objectContaining({ statementId: first['statementId'], rows: 2, matchedRows: 1 }),
    );
    const waiting = await leadledger(...list, '--status', 'waiting');
    expect(waiting.stdout).toMatch(/STATEMENT +DESTINATION +FROM/);
    expect(waiting.stdout).toContain(first['statementId']);
  });

  it('says what to do where it is asked for what there is not', async () => {
    const shared = ['--tenant', 'demo', '--destination', destinationId, '--from', '2026-07-02'];
    const missing = await leadledger('statement', 'no.csv', ...shared, '--to', '2026-07-03');
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('cannot be read')]);
    await writeFile(join(folder, 'empty.csv'), 'caller_id,payout\n');
    const empty = await leadledger('statement', 'empty.csv', ...shared, '--to', '2026-07-02');
    expect(empty.stderr).toContain('--to must be after --from');
    const onMars = ['--to', 'July', '--time-zone', 'Mars'];
    expect((await leadledger('statement', 'x', ...shared, ...onMars)).code).not.toBe(0);
  });
});
