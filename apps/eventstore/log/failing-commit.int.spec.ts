import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
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
  jest.useRealTimers();
  await database.close();
  rmSync(dataDir, { recursive: true });
});

/** A commit that fails as lmdb-js tells it. */
function failedCommit(code: number, message: string): Promise<boolean> {
  const commitError = Promise.reject(Object.assign(new Error(message), { code }));
  commitError.catch(() => undefined);
  return Promise.reject(Object.assign(new Error('Commit failed'), { commitError }));
}

const panic = 'MDB_PANIC: Update of meta page failed or environment had fatal error';
const neverSettled = new Promise<boolean>(() => undefined);

/** LMDB with a disk on which one commit fails: while its pages are written, or its meta page. */
function withFailingDisk(failsAt: 'pages' | 'meta page'): EventDatabase {
  const { events } = database;
  let commits = 0;
  const isGivenUp = (): boolean => commits > 0 && failsAt === 'meta page';
  const failing = Object.create(events) as typeof events;
  failing.ifNoExists = (position, puts) => {
    if (isGivenUp()) return neverSettled;
    commits += 1;
    if (commits === 1) return failedCommit(constants.errno.EIO, 'Input/output error');
    return events.ifNoExists(position, puts);
  };
  failing.doesExist = (position) => {
    if (isGivenUp()) throw new Error(panic);
    return events.doesExist(position);
  };
  return { ...database, events: failing };
}

/** LMDB with a disk that never answers. */
function withSilentDisk(): EventDatabase {
  const failing = Object.create(database.events) as typeof database.events;
  failing.ifNoExists = () => neverSettled;
  return { ...database, events: failing };
}

interface Writer {
  readonly failures: string[];
  append(stream: string): Promise<WriteOutcome>;
  idle(): Promise<void>;
}

function openWriter(on: EventDatabase): Writer {
  const failures: string[] = [];
  const writer = new GroupCommitWriter(
    on,
    new StreamStates(database),
    0,
    () => undefined,
    (error) => failures.push(error.message),
  );
  const append = (stream: string): Promise<WriteOutcome> =>
    new Promise((settle) => {
      const [data, metadata] = [Buffer.from('{}'), Buffer.alloc(0)];
      const event = { id: randomUUID(), type: 'T', isJson: true, data, metadata };
      const base = { expected: 'no_stream', deadline: Infinity, settle } as const;
      writer.submit({ kind: 'append', stream, ...base, events: [event], byteCount: 1 });
    });
  return { failures, append, idle: () => writer.idle() };
}

/** A batch that nothing holds back is put together in the next turn of the event loop. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('a commit that fails while its pages are written', () => {
  it('is refused as not written, and the next one succeeds', async () => {
    const writer = openWriter(withFailingDisk('pages'));
    const refused = await writer.append('s-1');
    expect(refused).toMatchObject({ kind: 'refused' });
    expect('reason' in refused && refused.reason).toContain('nothing was written. Free space');
    expect(await writer.append('s-1')).toMatchObject({ kind: 'written', position: 1 });
    expect(writer.failures).toEqual([]);
  });
});

describe('a commit that fails at the meta page', () => {
  it('ends the writer, and is not said to be unwritten', async () => {
    const writer = openWriter(withFailingDisk('meta page'));
    const outcome = await writer.append('s-1');
    expect(outcome).toMatchObject({ kind: 'unknown' });
    expect('reason' in outcome && outcome.reason).not.toContain('nothing was written');
    expect(writer.failures).toEqual([panic]);
  });

  it('leaves nobody without an answer', async () => {
    const writer = openWriter(withFailingDisk('meta page'));
    const failing = writer.append('s-1');
    await nextTurn();
    const waiting = writer.append('s-2');
    expect(await failing).toMatchObject({ kind: 'unknown' });
    const later = writer.append('s-3');
    expect(await Promise.all([waiting, later])).toMatchObject([
      { kind: 'refused' },
      { kind: 'refused' },
    ]);
    await writer.idle();
  });
});

describe('a commit that the disk does not answer', () => {
  it('ends the writer after half a minute, whatever waits', async () => {
    // Only intervals: LMDB and the writer go on.
    jest.useFakeTimers({
      doNotFake: [
        'Date',
        'hrtime',
        'performance',
        'setImmediate',
        'clearImmediate',
        'setTimeout',
        'clearTimeout',
        'nextTick',
        'queueMicrotask',
      ],
    });
    const writer = openWriter(withSilentDisk());
    const stuck = writer.append('s-1');
    await nextTurn();
    const waiting = writer.append('s-2');
    jest.advanceTimersByTime(29_000);
    await nextTurn();
    expect(writer.failures).toEqual([]);
    jest.advanceTimersByTime(1_000);
    expect(await stuck).toMatchObject({ kind: 'unknown' });
    expect(await waiting).toMatchObject({ kind: 'refused' });
    expect(writer.failures).toEqual(['the disk has not answered for 30 s']);
    await writer.idle();
  });
});
