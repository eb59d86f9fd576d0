import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ExpectedRevision } from './append-decision.js';
import { EventLog } from './event-log.js';
import type { WriteOutcome } from './write-request.js';

const STREAMS = ['a', 'b', 'ab', '$$a'] as const;

type Step =
  | { kind: 'append'; stream: string; expected: ExpectedRevision; count: number }
  | { kind: 'soft_delete' | 'tombstone'; stream: string; expected: ExpectedRevision }
  | { kind: 'reopen' };

const stream = fc.constantFrom<string>(...STREAMS);
const expected = fc.oneof(
  { weight: 3, arbitrary: fc.constant<ExpectedRevision>('any') },
  { weight: 1, arbitrary: fc.constantFrom<ExpectedRevision>('no_stream', 'stream_exists', 0, 2) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      stream,
      expected,
      count: fc.nat(4),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('soft_delete' as const, 'tombstone' as const),
      stream: fc.constantFrom('a', 'b', 'ab'),
      expected,
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'reopen' }) },
);

function openIn(dataDir: string): Promise<EventLog> {
  return EventLog.open({
    dataDir,
    onFatal: (error) => {
      throw error;
    },
  });
}

/** Sends a step; → its outcome and the ids it proposed. */
function send(
  log: EventLog,
  action: Exclude<Step, { kind: 'reopen' }>,
): { outcome: Promise<WriteOutcome>; ids: string[] } {
  const ids = Array.from({ length: action.kind === 'append' ? action.count : 0 }, () =>
    randomUUID(),
  );
  const outcome = new Promise<WriteOutcome>((settle) => {
    const base = { stream: action.stream, expected: action.expected, deadline: Infinity, settle };
    if (action.kind !== 'append') {
      log.submit({ kind: action.kind, ...base });
      return;
    }
    const events = ids.map((id) => ({
      id,
      type: 'T',
      isJson: true,
      data: Buffer.from('{}'),
      metadata: Buffer.alloc(0),
    }));
    log.submit({ kind: 'append', ...base, events, byteCount: 0 });
  });
  return { outcome, ids };
}

/** Every event of the log as `[position, stream, id]`. */
function contents(log: EventLog): [number, string, string][] {
  const all: [number, string, string][] = [];
  log.reader.scanAll(1, log.head, 1, (event) => {
    all.push([event.position, event.stream, event.id]);
    return true;
  });
  return all;
}

function idsInStream(log: EventLog, name: string): string[] {
  const ids: string[] = [];
  log.reader.scanStream(name, 0, 1, Date.now(), (event) => {
    ids.push(event.id);
    return true;
  });
  return ids;
}

/**
 * Runs a history, some of it concurrently, and compares the log with what the callers were told.
 */
async function run(steps: readonly Step[], concurrently: boolean): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'leadledger-log-'));
  let log = await openIn(dataDir);
  const acknowledged: string[] = [];
  const refused: string[] = [];
  let pending: Promise<void>[] = [];
  for (const action of steps) {
    if (action.kind === 'reopen') {
      await Promise.all(pending);
      const before = contents(log);
      await log.close();
      log = await openIn(dataDir);
      expect(contents(log)).toEqual(before);
      continue;
    }
    const { outcome, ids } = send(log, action);
    const noted = outcome.then(({ kind }) => {
      (kind === 'written' ? acknowledged : refused).push(...ids);
    });
    pending.push(noted);
    if (!concurrently) await noted;
  }
  await Promise.all(pending);
  pending = [];
  const all = contents(log);
  expect(all.map(([position]) => position)).toEqual(all.map((_, index) => index + 1));
  const stored = new Set(all.map(([, , id]) => id));
  expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
  expect(refused.filter((id) => stored.has(id))).toEqual([]);
  for (const name of STREAMS) {
    const visible = idsInStream(log, name);
    const written = all.filter(([, owner]) => owner === name).map(([, , id]) => id);
    expect(visible).toEqual(visible.length === 0 ? [] : written.slice(-visible.length));
  }
  await log.close();
  rmSync(dataDir, { recursive: true });
}

describe('the log', () => {
  it('is what its writers were told, after any history and any restart', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 25 }),
        fc.boolean(),
        async (steps, concurrently) => {
          await run(steps, concurrently);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('decides writes of one commit on each other', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'leadledger-log-'));
    const log = await openIn(dataDir);
    const kinds = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const action = { kind: 'append', stream: 's', expected: 'no_stream', count: 2 } as const;
        return (await send(log, action).outcome).kind;
      }),
    );
    expect(kinds.filter((kind) => kind === 'written')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'wrong_expected_revision')).toHaveLength(19);
    await log.close();
    rmSync(dataDir, { recursive: true });
  });

  it('does not write what is too late', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'leadledger-log-'));
    const log = await openIn(dataDir);
    const outcome = await new Promise<WriteOutcome>((settle) => {
      log.submit({
        kind: 'append',
        stream: 's',
        expected: 'any',
        events: [],
        byteCount: 0,
        deadline: Date.now() - 1,
        settle,
      });
    });
    expect(outcome).toEqual({ kind: 'timed_out' });
    await log.close();
    rmSync(dataDir, { recursive: true });
  });
});
