import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DataKeyId, type TenantId } from '#libs/kernel';
import { DataKeys } from '#libs/privacy';
import { inTenant } from '#libs/read-db';
import { sql } from 'kysely';
import { startEventStore } from '../../../../apps/eventstore/server.js';
import { aPlan } from '../import.fixtures.js';
import { bytesOf, HEADER, lead, phones, startBackgroundBench } from './background.fixtures.js';
import { ImportUploads, UNFINISHED_IMPORTS_MAX } from './import-uploads.js';

let bench: Awaited<ReturnType<typeof startBackgroundBench>>;

beforeAll(async () => {
  bench = await startBackgroundBench(startEventStore, ['acme', 'other', 'crowded']);
});
afterAll(() => bench.stop());

describe('a posted file', () => {
  it('waits until a worker has imported it, and then tells what became of each row', async () => {
    const [first, second] = phones(212, 2) as [string, string];
    const { importId, rows, known } = await bench.post('acme', [
      ...[lead(first), lead(first), `${second},Jane,,,`, lead('nobody')],
    ]);
    expect({ rows, known }).toEqual({ rows: 4, known: false });
    expect(await bench.find('acme', importId)).toMatchObject({
      ...{ status: 'queued', fileName: 'canary.csv', rows: 4, processed: 0, startedAt: null },
      mapping: expect.arrayContaining([{ column: 'Phone', target: 'phone' }]) as unknown,
    });
    await bench.work();
    expect(await bench.find('acme', importId)).toMatchObject({
      ...{ status: 'finished', processed: 4, failure: null },
      counts: { created: 1, duplicate: 1, ineligible: 1, error: 1 },
    });
    const lines = await bench.outcomeLines('acme', importId);
    expect(lines).toEqual([
      'row,outcome,lead_id,status,reason',
      expect.stringMatching(/^1,created,[0-9a-f-]{36},new,$/),
      expect.stringMatching(/^2,duplicate,[0-9a-f-]{36},new,phone_received_before$/),
      expect.stringMatching(/^3,ineligible,[0-9a-f-]{36},ineligible,consent_missing$/),
      expect.stringMatching(/^4,error,,,invalid_phone: phone is not a phone number/),
    ]);
    expect(await bench.outcomeLines('acme', importId, 'error')).toEqual([lines[0], lines[4]]);
    const [received] = await bench.intake.reader.events(
      'acme' as TenantId,
      lines[1]!.split(',')[2]!,
    );
    expect(received).toMatchObject({
      data: { channel: 'csv', apiKeyId: 'key000000001' },
      metadata: { actor: { kind: 'api_key', id: 'key000000001' }, $causationId: importId },
    });
  });

  it('is the same import when it is posted again, before and after it was worked on', async () => {
    const lines = phones(213, 3).map((phone) => lead(phone));
    const { importId } = await bench.post('acme', lines);
    expect(await bench.post('acme', lines)).toEqual({ importId, rows: 3, known: true });
    await bench.work();
    expect(await bench.post('acme', lines)).toMatchObject({ importId, known: true });
    await bench.work();
    expect((await bench.find('acme', importId)).counts.created).toBe(3);
    expect(await bench.chunkCount()).toBe(0);
  });

  it('is nowhere in plain text, and its rows and their key are gone once they are imported', async () => {
    const { importId } = await bench.post('acme', [lead('2142340000', 'Zebulon Canary')]);
    const tables = ['lead_import', 'lead_import_chunk', 'lead_import_outcome'];
    const dump = async () =>
      JSON.stringify(
        await Promise.all(tables.map((table) => bench.rowsOf(`select t::text from ${table} t`))),
      );
    const [row] = await bench.rowsOf<{ rows_key_id: DataKeyId }>(
      `select rows_key_id from lead_import where import_id = '${importId}'`,
    );
    expect(await dump()).not.toMatch(/Zebulon|Canary|2142340000|canary\.csv|Consent Text/);
    const keysFound = async () => {
      const { keys: store, masterKey } = bench.stores;
      const keys = new DataKeys({ store, masterKey });
      return (await keys.find('acme' as TenantId, [row!.rows_key_id])).size;
    };
    expect(await keysFound()).toBe(1);
    await bench.work();
    expect(await dump()).not.toMatch(/Zebulon|Canary|2142340000|canary\.csv|Consent Text/);
    expect(await bench.chunkCount()).toBe(0);
    expect(await keysFound()).toBe(0);
  });

  it('leaves nothing behind when it is refused', async () => {
    const many = phones(215, 500).map((phone) => lead(phone));
    await expect(bench.post('acme', [...many, '"never closed'])).rejects.toMatchObject({
      code: 'csv_invalid',
    });
    await expect(bench.post('acme', [])).rejects.toMatchObject({ code: 'csv_invalid' });
    await expect(
      bench.post('acme', [], bytesOf(['Name,City', 'Jane,Austin'])),
    ).rejects.toMatchObject({
      code: 'phone_column_missing',
    });
    const small = new ImportUploads(bench.api, bench.intake.keys, 10_000);
    const large = { bytes: bytesOf([HEADER, ...many]), plan: aPlan('acme') };
    await expect(
      small.accept({ ...large, fileName: null, apiKeyId: 'key000000001' }),
    ).rejects.toMatchObject({ code: 'payload_too_large' });
    expect(await bench.chunkCount()).toBe(0);
  });

  it('may be previewed, and nothing is stored', async () => {
    const preview = await bench.uploads.preview({
      bytes: bytesOf([HEADER, lead('2162340000'), lead('')]),
      plan: aPlan('acme'),
    });
    expect(preview).toMatchObject({ rows: 2, readable: 1, refusals: { 'phone required': 1 } });
    expect(await bench.chunkCount()).toBe(0);
  });

  it('has to wait while too many others of its tenant do', async () => {
    const waiting = phones(217, UNFINISHED_IMPORTS_MAX).map((phone) => [lead(phone)]);
    for (const lines of waiting) await bench.post('crowded', lines);
    await expect(bench.post('crowded', [lead('2172349999')])).rejects.toMatchObject({
      code: 'too_many_imports',
    });
    await bench.work();
    expect(await bench.post('crowded', [lead('2172349999')])).toMatchObject({ known: false });
    await bench.work();
  });
});

describe('another tenant', () => {
  it('sees no import, and no outcome of one', async () => {
    const { importId } = await bench.post('acme', [lead('2182340000')]);
    await bench.work();
    expect(await bench.reader.list('other' as TenantId, 50)).toEqual([]);
    await expect(bench.find('other', importId)).rejects.toMatchObject({ code: 'import_not_found' });
    await expect(bench.outcomeLines('other', importId)).rejects.toMatchObject({
      code: 'import_not_found',
    });
    const seen = await inTenant(bench.api, 'other' as TenantId, (transaction) =>
      sql`select from lead_import union all select from lead_import_outcome`.execute(transaction),
    );
    expect(seen.rows).toEqual([]);
    const unset = await bench.api.pool.query('select import_id from lead_import');
    expect(unset.rows).toEqual([]);
  });

  it('may post the very same file for itself', async () => {
    const lines = [lead('2192340000')];
    const [mine, theirs] = [await bench.post('acme', lines), await bench.post('other', lines)];
    expect(theirs.importId).not.toBe(mine.importId);
    await bench.work();
    expect((await bench.find('other', theirs.importId)).counts.created).toBe(1);
    const listed = await bench.reader.list('other' as TenantId, 50);
    expect(listed.map((view) => view.importId)).toEqual([theirs.importId]);
  });
});
