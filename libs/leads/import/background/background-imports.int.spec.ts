import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainError, type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant } from '#libs/read-db';
import { type FreshDatabase, freshDatabase, until } from '#libs/testing';
import { sql } from 'kysely';
import { startEventStore } from '../../../../apps/eventstore/server.js';
import { aPlan, startImportBench } from '../import.fixtures.js';
import { type ReceiveLead } from '../row-importer.js';
import { type RowOutcome } from '../row-outcome.js';
import { BackgroundImports, type ImportNotice } from './background-imports.js';
import { ImportReader } from './import-reader.js';
import { ImportUploads, UNFINISHED_IMPORTS_MAX } from './import-uploads.js';

const tenants = ['acme', 'other', 'dying', 'crowded', 'busy'] as const;
const HEADER = 'Phone,Name,Consent Timestamp,Consent Text Version,Source URL';
const lead = (phone: string, name = 'Jane Doe') =>
  `${phone},${name},2026-10-10T11:00:00Z,webform-v2,https://example.com/quote`;
const phones = (areaCode: number, count: number) =>
  Array.from({ length: count }, (_, index) => `${areaCode}234${String(index).padStart(4, '0')}`);

let bench: Awaited<ReturnType<typeof startImportBench>>;
let intake: Awaited<ReturnType<typeof bench.startIntake>>;
let fresh: FreshDatabase;
let api: Database;
let worker: Database;
let uploads: ImportUploads;
let reader: ImportReader;
let notices: ImportNotice[] = [];

beforeAll(async () => {
  fresh = await freshDatabase();
  const connect = (role: 'api' | 'worker') =>
    connectDatabase({ url: fresh.url, role, applicationName: `test-${role}` });
  [api, worker] = [connect('api'), connect('worker')];
  bench = await startImportBench(startEventStore, tenants);
  intake = await bench.startIntake();
  uploads = new ImportUploads(api, intake.keys);
  reader = new ImportReader(api, intake.keys);
});
afterAll(async () => {
  await bench.stop();
  await Promise.all([api.close(), worker.close()]);
  await fresh.drop();
});
afterEach(() => {
  notices = [];
});

async function* bytesOf(lines: readonly string[]) {
  for (const line of lines) yield await Promise.resolve(Buffer.from(`${line}\n`));
}

const post = (tenant: string, lines: readonly string[], bytes = bytesOf([HEADER, ...lines])) =>
  uploads.accept({ bytes, fileName: 'canary.csv', plan: aPlan(tenant), apiKeyId: 'key000000001' });

const imports = (receive: ReceiveLead, keys = intake.keys) =>
  new BackgroundImports({
    database: worker,
    keys,
    receive,
    report: (notice) => notices.push(notice),
    idleMs: 10,
  });

/** Works, in this process, until nothing is left. */
async function work(receive: ReceiveLead = intake.receive): Promise<void> {
  const background = imports(receive);
  while (await background.workOnce());
}

const find = (tenant: string, importId: string) => reader.find(tenant as TenantId, importId);

async function outcomeLines(tenant: string, importId: string, outcome: RowOutcome | null = null) {
  let csv = '';
  for await (const piece of reader.outcomes(tenant as TenantId, importId, outcome)) csv += piece;
  return csv.trimEnd().split('\n');
}

async function rowsOf<Row extends object>(statement: string): Promise<Row[]> {
  return (await worker.pool.query<Row>(statement)).rows;
}
const chunkCount = async () => (await rowsOf('select from lead_import_chunk')).length;

describe('a posted file', () => {
  it('waits until a worker has imported it, and then tells what became of each row', async () => {
    const [first, second] = phones(212, 2) as [string, string];
    const { importId, rows, known } = await post('acme', [
      ...[lead(first), lead(first), `${second},Jane,,,`, lead('nobody')],
    ]);
    expect({ rows, known }).toEqual({ rows: 4, known: false });
    expect(await find('acme', importId)).toMatchObject({
      ...{ status: 'queued', fileName: 'canary.csv', rows: 4, processed: 0, startedAt: null },
      mapping: expect.arrayContaining([{ column: 'Phone', target: 'phone' }]) as unknown,
    });
    await work();
    expect(await find('acme', importId)).toMatchObject({
      ...{ status: 'finished', processed: 4, failure: null },
      counts: { created: 1, duplicate: 1, ineligible: 1, error: 1 },
    });
    const lines = await outcomeLines('acme', importId);
    expect(lines).toEqual([
      'row,outcome,lead_id,status,reason',
      expect.stringMatching(/^1,created,[0-9a-f-]{36},new,$/),
      expect.stringMatching(/^2,duplicate,[0-9a-f-]{36},new,phone_received_before$/),
      expect.stringMatching(/^3,ineligible,[0-9a-f-]{36},ineligible,consent_missing$/),
      expect.stringMatching(/^4,error,,,invalid_phone: phone is not a phone number/),
    ]);
    expect(await outcomeLines('acme', importId, 'error')).toEqual([lines[0], lines[4]]);
    const [received] = await intake.reader.events('acme' as TenantId, lines[1]!.split(',')[2]!);
    expect(received).toMatchObject({
      data: { channel: 'csv', apiKeyId: 'key000000001' },
      metadata: { actor: { kind: 'api_key', id: 'key000000001' }, $causationId: importId },
    });
  });

  it('is the same import when it is posted again, before and after it was worked on', async () => {
    const lines = phones(213, 3).map((phone) => lead(phone));
    const { importId } = await post('acme', lines);
    expect(await post('acme', lines)).toEqual({ importId, rows: 3, known: true });
    await work();
    expect(await post('acme', lines)).toMatchObject({ importId, known: true });
    await work();
    expect((await find('acme', importId)).counts.created).toBe(3);
    expect(await chunkCount()).toBe(0);
  });

  it('is nowhere in plain text, and its rows and their key are gone once they are imported', async () => {
    const { importId } = await post('acme', [lead('2142340000', 'Zebulon Canary')]);
    const tables = ['lead_import', 'lead_import_chunk', 'lead_import_outcome'];
    const dump = async () =>
      JSON.stringify(
        await Promise.all(tables.map((table) => rowsOf(`select t::text from ${table} t`))),
      );
    const [row] = await rowsOf<{ rows_key_id: string }>(
      `select rows_key_id from lead_import where import_id = '${importId}'`,
    );
    expect(await dump()).not.toMatch(/Zebulon|Canary|2142340000|canary\.csv|Consent Text/);
    await work();
    expect(await dump()).not.toMatch(/Zebulon|Canary|2142340000|canary\.csv|Consent Text/);
    expect(await chunkCount()).toBe(0);
    expect(bench.stores.keys.rows.get(`acme/${row!.rows_key_id}`)?.wrapped).toBeNull();
  });

  it('leaves nothing behind when it is refused', async () => {
    const many = phones(215, 500).map((phone) => lead(phone));
    await expect(post('acme', [...many, '"never closed'])).rejects.toMatchObject({
      code: 'csv_invalid',
    });
    await expect(post('acme', [])).rejects.toMatchObject({ code: 'csv_invalid' });
    await expect(post('acme', [], bytesOf(['Name,City', 'Jane,Austin']))).rejects.toMatchObject({
      code: 'phone_column_missing',
    });
    const small = new ImportUploads(api, intake.keys, 10_000);
    const large = { bytes: bytesOf([HEADER, ...many]), plan: aPlan('acme') };
    await expect(
      small.accept({ ...large, fileName: null, apiKeyId: 'key000000001' }),
    ).rejects.toMatchObject({ code: 'payload_too_large' });
    expect(await chunkCount()).toBe(0);
  });

  it('may be previewed, and nothing is stored', async () => {
    const preview = await uploads.preview({
      bytes: bytesOf([HEADER, lead('2162340000'), lead('')]),
      plan: aPlan('acme'),
    });
    expect(preview).toMatchObject({ rows: 2, readable: 1, refusals: { 'phone required': 1 } });
    expect(await chunkCount()).toBe(0);
  });

  it('has to wait while too many others of its tenant do', async () => {
    const waiting = phones(217, UNFINISHED_IMPORTS_MAX).map((phone) => [lead(phone)]);
    for (const lines of waiting) await post('crowded', lines);
    await expect(post('crowded', [lead('2172349999')])).rejects.toMatchObject({
      code: 'too_many_imports',
    });
    await work();
    expect(await post('crowded', [lead('2172349999')])).toMatchObject({ known: false });
    await work();
  });
});

describe('another tenant', () => {
  it('sees no import, and no outcome of one', async () => {
    const { importId } = await post('acme', [lead('2182340000')]);
    await work();
    expect(await reader.list('other' as TenantId, 50)).toEqual([]);
    await expect(find('other', importId)).rejects.toMatchObject({ code: 'import_not_found' });
    await expect(outcomeLines('other', importId)).rejects.toMatchObject({
      code: 'import_not_found',
    });
    const seen = await inTenant(api, 'other' as TenantId, (transaction) =>
      sql`select from lead_import union all select from lead_import_outcome`.execute(transaction),
    );
    expect(seen.rows).toEqual([]);
    const unset = await api.pool.query('select import_id from lead_import');
    expect(unset.rows).toEqual([]);
  });

  it('may post the very same file for itself', async () => {
    const lines = [lead('2192340000')];
    const [mine, theirs] = [await post('acme', lines), await post('other', lines)];
    expect(theirs.importId).not.toBe(mine.importId);
    await work();
    expect((await find('other', theirs.importId)).counts.created).toBe(1);
    const listed = await reader.list('other' as TenantId, 50);
    expect(listed.map((view) => view.importId)).toEqual([theirs.importId]);
  });
});

describe('a worker that dies in the middle of a chunk', () => {
  it('is followed by one that goes on, each phone one lead and each repeated row one duplicate', async () => {
    const all = phones(220, 500);
    const { importId } = await post(
      'dying',
      all.flatMap((phone, index) => (index % 5 === 0 ? [lead(phone), lead(phone)] : [lead(phone)])),
    );
    for (const rowsUntilDeath of [10, 120, 250]) {
      const dying = await bench.startIntake();
      let received = 0;
      const receive: ReceiveLead = async (command) => {
        const result = await dying.receive(command);
        received += 1;
        if (received > rowsUntilDeath) throw new DomainError('unavailable', 'killed', '');
        return result;
      };
      await expect(work(receive)).rejects.toMatchObject({ code: 'killed' });
    }
    const { processed, status } = await find('dying', importId);
    expect([status, processed % 200, processed > 0]).toEqual(['running', 0, true]);
    await work((await bench.startIntake()).receive);
    expect(await find('dying', importId)).toMatchObject({
      ...{ status: 'finished', processed: 600 },
      counts: { created: 500, duplicate: 100, ineligible: 0, error: 0 },
    });
    const lines = (await outcomeLines('dying', importId)).slice(1);
    expect(lines.map((line) => Number(line.split(',')[0]))).toEqual(
      Array.from({ length: 600 }, (_, index) => index + 1),
    );
    const leadIds = [...new Set(lines.map((line) => line.split(',')[2]!))];
    const histories = await Promise.all(
      leadIds.map((leadId) => intake.reader.events('dying' as TenantId, leadId)),
    );
    const types = histories.flat().map(({ type }) => type);
    expect(types.filter((type) => type === 'LeadReceived')).toHaveLength(500);
    expect(types.filter((type) => type === 'LeadDeduplicated')).toHaveLength(100);
  });
});

describe('several workers', () => {
  it('share the imports that wait, and none does the work of another', async () => {
    const posted = await Promise.all(
      [225, 226, 227].map((areaCode) =>
        post(
          'busy',
          phones(areaCode, 450).map((p) => lead(p)),
        ),
      ),
    );
    const sent = new Map<string, number>();
    const start = async () => {
      const { receive } = await bench.startIntake();
      const counting: ReceiveLead = (command) => {
        const { commandId } = command.caller;
        sent.set(commandId, (sent.get(commandId) ?? 0) + 1);
        return receive(command);
      };
      const background = imports(counting);
      background.start();
      return background;
    };
    const workers = [await start(), await start()];
    for (const { importId } of posted) {
      await until('the import to finish', async () => {
        return (await find('busy', importId)).status === 'finished';
      });
    }
    await Promise.all(workers.map((background) => background.stop()));
    expect([...sent.values()].every((times) => times === 1)).toBe(true);
    expect(sent.size).toBe(1_350);
    expect(notices.filter(({ kind }) => kind === 'finished')).toHaveLength(3);
  });
});

describe('an import that cannot go on', () => {
  it('waits as long as a store is out of reach', async () => {
    const { importId } = await post('acme', [lead('2282340000')]);
    let outages = 8;
    const receive: ReceiveLead = (command) => {
      outages -= 1;
      return outages > 0
        ? Promise.reject(new DomainError('unavailable', 'event_store_unavailable', ''))
        : intake.receive(command);
    };
    for (let tries = 0; tries < 7; tries += 1) {
      await expect(work(receive)).rejects.toMatchObject({ code: 'event_store_unavailable' });
    }
    await work(receive);
    expect(await find('acme', importId)).toMatchObject({ status: 'finished', processed: 1 });
  });

  it('is given up after a few tries, and begins anew when it is posted again', async () => {
    const lines = [lead('2292340000')];
    const { importId } = await post('acme', lines);
    const broken: ReceiveLead = () => Promise.reject(new TypeError('a defect'));
    for (let tries = 0; tries < 5; tries += 1) {
      await expect(work(broken)).rejects.toThrow('a defect');
    }
    expect(await find('acme', importId)).toMatchObject({
      ...{ status: 'failed', failure: 'internal_error', processed: 0 },
    });
    expect(notices).toContainEqual(
      expect.objectContaining({ kind: 'given_up', importId, code: 'internal_error' }),
    );
    expect(await chunkCount()).toBe(0);
    expect(await post('acme', lines)).toMatchObject({ importId, known: false });
    await work();
    expect(await find('acme', importId)).toMatchObject({ status: 'finished', failure: null });
  });
});
