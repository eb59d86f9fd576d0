import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase, type EventDatabase } from './database.js';
import { GroupCommitWriter } from './group-commit-writer.js';
import { StreamStates } from './stream-states.js';
import type { WriteOutcome } from './write-request.js';

let dataDir: string;
let database: EventDatabase;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'leadledger-log-'));
  database = openDatabase(dataDir);
});

afterEach(async () => {
  await database.close();
  rmSync(dataDir, { recursive: true });
});

interface Writer {
  readonly failures: Error[];
  append(stream: string, id: string): Promise<WriteOutcome>;
}

/** A writer that thinks the log is empty, as a process does that the folder's lock let in. */
function openWriter(): Writer {
  const failures: Error[] = [];
  const states = new StreamStates(database);
  const writer = new GroupCommitWriter(
    database,
    states,
    0,
    () => undefined,
    (error) => failures.push(error),
  );
  const append = (stream: string, id: string): Promise<WriteOutcome> =>
    new Promise((settle) => {
      const data = Buffer.from('{"$maxCount":1}');
      const event = { id, type: 'T', isJson: true, data, metadata: Buffer.alloc(0) };
      const base = { expected: 'no_stream', deadline: Infinity, settle } as const;
      writer.submit({ kind: 'append', stream, ...base, events: [event], byteCount: 0 });
    });
  return { failures, append };
}

/** Every key of every table. */
function keys(): unknown[] {
  const { events, revisions, rules } = database;
  return [events, revisions, rules].map((table) => [...table.getKeys()]);
}

const first = '00000000-0000-4000-8000-000000000001';
const second = '00000000-0000-4000-8000-000000000002';

describe('a second writer on the same files', () => {
  it('writes nothing at all once the first one has written, and says so', async () => {
    const [a, b] = [openWriter(), openWriter()];
    expect(await a.append('s-a', first)).toMatchObject({ kind: 'written', position: 1 });
    const before = keys();
    const outcomes = await Promise.all([b.append('s-b', second), b.append('$$s-c', second)]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['refused', 'refused']);
    expect(b.failures.map(({ message }) => message)).toEqual([
      'Another process has written to the log.',
    ]);
    expect(keys()).toEqual(before);
    expect(new StreamStates(database).get('s-b').lastRevision).toBe(-1);
  });

  it('leaves the first one to go on', async () => {
    const [a, b] = [openWriter(), openWriter()];
    await a.append('s-a', first);
    await b.append('s-b', second);
    expect(await a.append('s-b', second)).toMatchObject({ kind: 'written', position: 2 });
    expect(a.failures).toEqual([]);
  });
});
