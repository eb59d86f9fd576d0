import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainError, type TenantId } from '#libs/kernel';
import { createReadStream } from 'node:fs';
import { appendFile, readFile, stat, truncate } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type ImportPlan, importFile, surveyFile } from './file-import.js';
import { startEventStore } from '../../../apps/eventstore/server.js';
import { aPlan, startImportBench } from './import.fixtures.js';
import { OutcomeJournal } from './outcome-journal.js';
import { type ReceiveLead } from './row-importer.js';

let bench: Awaited<ReturnType<typeof startImportBench>>;
let intake: Awaited<ReturnType<typeof bench.startIntake>>;

beforeAll(async () => {
  bench = await startImportBench(startEventStore, ['acme', 'resumed', 'restless']);
  intake = await bench.startIntake();
});
afterAll(() => bench.stop());

const CONSENT = '2026-10-10T11:00:00Z,webform-v2,https://example.com/quote';
const HEADER = 'Phone,Name,Consent Timestamp,Consent Text Version,Source URL,Roof';
const lead = (phone: string, consent = CONSENT) => `${phone},Jane Doe,${consent},tin`;
/** Valid numbers of a range that no other test uses. */
const phones = (areaCode: number, count: number) =>
  Array.from({ length: count }, (_, index) => `${areaCode}234${String(index).padStart(4, '0')}`);

/**
 * Runs an import to its end or failure; a crash leaves the journal as it is, unwritten rows lost.
 */
async function run(
  path: string,
  plan: ImportPlan,
  receive: ReceiveLead,
  { crash = false, restart = false, signal = new AbortController().signal } = {},
) {
  const file = await surveyFile(path, plan);
  const outcomes = `${path}.outcomes.csv`;
  const journal = await OutcomeJournal.open(outcomes, file.importId, { restart });
  const actor = { kind: 'operator', id: 'jane' } as const;
  const work = { file, plan, actor, receive, journal, signal, onRow: () => undefined };
  try {
    return await importFile(work);
  } finally {
    const { size } = await stat(outcomes);
    await journal.close();
    if (crash) await truncate(outcomes, size);
  }
}

const outcomesOf = async (path: string) => {
  const lines = (await readFile(`${path}.outcomes.csv`, 'utf8')).trimEnd().split('\n').slice(1);
  return lines.map((line) => line.split(','));
};

describe('an imported file', () => {
  it('has an outcome for every row: created, duplicate, ineligible, or an error with its reason', async () => {
    const [first, second] = phones(212, 2) as [string, string];
    const path = await bench.write('mixed.csv', [
      HEADER,
      lead(first),
      lead(`+1 (${first.slice(0, 3)}) ${first.slice(3)}`),
      lead(second, ',,'),
      lead('not a phone'),
      lead(first),
    ]);
    const counts = await run(path, aPlan('acme'), intake.receive);
    expect(counts).toEqual({ created: 1, duplicate: 2, ineligible: 1, error: 1 });
    const rows = await outcomesOf(path);
    const leadId = rows[0]?.[2];
    expect(rows).toEqual([
      ['1', 'created', leadId, 'new', ''],
      ['2', 'duplicate', leadId, 'new', 'phone_received_before'],
      ['3', 'ineligible', expect.any(String), 'ineligible', 'consent_missing'],
      ['4', 'error', '', '', expect.stringMatching(/^invalid_phone: phone is not a phone/)],
      ['5', 'duplicate', leadId, 'new', 'phone_received_before'],
    ]);
    const [received] = await intake.reader.events('acme' as TenantId, leadId ?? '');
    expect(received).toMatchObject({
      type: 'LeadReceived',
      data: { channel: 'csv' },
      metadata: { actor: { kind: 'operator', id: 'jane' } },
    });
  });

  it('makes the first row of a phone the lead, however many rows of it are in flight', async () => {
    const [phone] = phones(213, 1) as [string];
    const path = await bench.write('same.csv', [HEADER, ...Array<string>(100).fill(lead(phone))]);
    const counts = await run(path, aPlan('acme'), intake.receive);
    expect(counts).toEqual({ created: 1, duplicate: 99, ineligible: 0, error: 0 });
    expect((await outcomesOf(path))[0]?.[1]).toBe('created');
  });

  it('that is broken anywhere is refused before any row is imported', async () => {
    const path = await bench.write('broken.csv', [HEADER, lead('2142340001'), '"never closed']);
    await expect(surveyFile(path, aPlan('acme'))).rejects.toMatchObject({ code: 'csv_invalid' });
  });

  it.each(['no-such-file.csv', '.'])('that cannot be read is refused: %s', async (path) => {
    await expect(surveyFile(path, aPlan('acme'))).rejects.toMatchObject({
      code: 'file_unreadable',
    });
  });
});

describe('an import that dies', () => {
  it('goes on where it ended, each phone one lead and each repeated row one duplicate', async () => {
    const all = phones(215, 300);
    const path = await bench.write('resumed.csv', [
      HEADER,
      ...all.flatMap((phone, index) =>
        index % 3 === 0 ? [lead(phone), lead(phone)] : [lead(phone)],
      ),
    ]);
    const plan = aPlan('resumed');
    for (const rowsUntilDeath of [1, 70, 150, 90]) {
      const dying = await bench.startIntake();
      let received = 0;
      const receive: ReceiveLead = async (command) => {
        const result = await dying.receive(command);
        received += 1;
        // The lead is in the log, and nobody wrote its outcome down.
        if (received > rowsUntilDeath) throw new Error('killed');
        return result;
      };
      await expect(run(path, plan, receive, { crash: true })).rejects.toThrow('killed');
      await appendFile(`${path}.outcomes.csv`, '99,crea');
    }
    const counts = await run(path, plan, (await bench.startIntake()).receive);
    expect(counts).toEqual({ created: 300, duplicate: 100, ineligible: 0, error: 0 });
    const rows = await outcomesOf(path);
    expect(rows.map(([row]) => Number(row))).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
    const histories = await Promise.all(
      [...new Set(rows.map(([, , leadId]) => leadId ?? ''))].map((leadId) =>
        intake.reader.events('resumed' as TenantId, leadId),
      ),
    );
    const types = histories.flat().map((event) => event.type);
    expect(types.filter((type) => type === 'LeadReceived')).toHaveLength(300);
    expect(types.filter((type) => type === 'LeadDeduplicated')).toHaveLength(100);
  });

  it('that had ended has nothing left to do, and appends nothing when restarted', async () => {
    const path = await bench.write('again.csv', [HEADER, lead('2172340001'), lead('2172340001')]);
    const plan = aPlan('resumed');
    const counts = await run(path, plan, intake.receive);
    const never: ReceiveLead = () => Promise.reject(new Error('sent again'));
    expect(await run(path, plan, never)).toEqual(counts);
    const before = await outcomesOf(path);
    const leadId = before[0]?.[2] ?? '';
    expect(await run(path, plan, (await bench.startIntake()).receive, { restart: true })).toEqual(
      counts,
    );
    expect(await outcomesOf(path)).toEqual(before);
    const events = await intake.reader.events('resumed' as TenantId, leadId);
    expect(events.map(({ type }) => type)).toEqual(['LeadReceived', 'LeadDeduplicated']);
  });

  it('waits for an event store that is out of reach, without an outcome for it', async () => {
    const path = await bench.write('restless.csv', [
      HEADER,
      ...phones(218, 20).map((p) => lead(p)),
    ]);
    const failed = new Set<string>();
    const receive: ReceiveLead = (command) => {
      const { commandId } = command.caller;
      if (failed.has(commandId)) return intake.receive(command);
      failed.add(commandId);
      return Promise.reject(new DomainError('unavailable', 'event_store_unavailable', ''));
    };
    expect(await run(path, aPlan('restless'), receive)).toMatchObject({ created: 20, error: 0 });
  });

  it('ends after the rows under way when it is asked to, and goes on later', async () => {
    const path = await bench.write('stopped.csv', [
      HEADER,
      ...phones(219, 300).map((p) => lead(p)),
    ]);
    const stop = new AbortController();
    const receive: ReceiveLead = (command) => {
      stop.abort();
      return intake.receive(command);
    };
    const plan = aPlan('restless');
    const { created } = await run(path, plan, receive, { signal: stop.signal });
    expect(created).toBeLessThan(300);
    expect(await run(path, plan, intake.receive)).toMatchObject({ created: 300 });
  });
});

describe('an outcome file', () => {
  it('is not written over by another import', async () => {
    const path = await bench.write('mine.csv', [HEADER, lead('2242340001')]);
    await run(path, aPlan('acme'), intake.receive);
    await appendFile(path, `${lead('2242340002')}\n`);
    await expect(run(path, aPlan('acme'), intake.receive)).rejects.toMatchObject({
      code: 'outcome_file_taken',
    });
    expect(await outcomesOf(path)).toHaveLength(1);
  });

  it('that is no outcome file is left alone', async () => {
    const path = await bench.write('other.csv', [HEADER, lead('2252340001')]);
    const taken = await bench.write('other.csv.outcomes.csv', ['my notes']);
    await expect(run(path, aPlan('acme'), intake.receive)).rejects.toMatchObject({
      code: 'outcome_file_taken',
    });
    expect(await text(createReadStream(taken))).toBe('my notes\n');
  });

  it('that cannot be made is named, and nothing is imported', async () => {
    const nowhere = `${await bench.write('no-folder', ['a file'])}/outcomes.csv`;
    const opening = OutcomeJournal.open(nowhere, 'import-1', { restart: false });
    await expect(opening).rejects.toMatchObject({ code: 'outcome_file_unwritable' });
    await expect(opening).rejects.toThrow('--outcomes');
  });
});
