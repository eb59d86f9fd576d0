import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EventLog } from './event-log.js';
import type { WriteOutcome } from './write-request.js';

let dataDir: string;
let log: EventLog;
let commits: number;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'leadledger-log-'));
  await open();
});

afterEach(async () => {
  jest.useRealTimers();
  await log.close();
  rmSync(dataDir, { recursive: true });
});

async function open(): Promise<void> {
  log = await EventLog.open({
    dataDir,
    onFatal: (error) => {
      throw error;
    },
  });
  commits = 0;
  log.follow(() => (commits += 1));
}

/** From here on no timer runs down. */
function holdTimers(): void {
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'hrtime',
      'performance',
      'setImmediate',
      'clearImmediate',
      'nextTick',
      'queueMicrotask',
      'setInterval',
      'clearInterval',
    ],
  });
}

function append(eventCount = 1): Promise<WriteOutcome> {
  const events = Array.from({ length: eventCount }, () => ({
    id: randomUUID(),
    type: 'Noted',
    isJson: true,
    data: Buffer.from(JSON.stringify({ note: randomUUID() })),
    metadata: Buffer.alloc(0),
  }));
  return new Promise((settle) => {
    log.submit({
      kind: 'append',
      stream: randomUUID(),
      expected: 'no_stream',
      events,
      byteCount: 0,
      deadline: Infinity,
      settle,
    });
  });
}

/** The fewest callers that are waited for. */
const many = 16;

function appends(count: number): Promise<WriteOutcome[]> {
  return Promise.all(Array.from({ length: count }, () => append()));
}

/** A batch that nothing holds back is put together in the next turn of the event loop. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function frames(from: number): string[] {
  const found: string[] = [];
  log.reader.scanAll(from, log.head, 1, (event) => {
    found.push(event.frame.toString('hex'));
    return true;
  });
  return found;
}

describe('the writer', () => {
  it('commits together what was asked for together', async () => {
    await appends(20);
    expect(commits).toBe(1);
  });

  it('never waits for others when one caller is alone', async () => {
    holdTimers();
    for (let count = 1; count <= 3; count += 1) await append();
    expect(commits).toBe(3);
  });

  it('goes on without waiting as soon as every caller is back', async () => {
    await appends(many);
    holdTimers();
    await appends(many);
    expect(commits).toBe(2);
  });

  it('waits for the others when one of many is back', async () => {
    await appends(many);
    holdTimers();
    const first = append();
    await nextTurn();
    await Promise.all([first, appends(many - 1)]);
    expect(commits).toBe(2);
  });

  it('never waits for others when callers are few', async () => {
    await appends(many - 1);
    holdTimers();
    await append();
    expect(commits).toBe(2);
  });

  it('counts those who came during a commit among the callers it waits for', async () => {
    holdTimers();
    const first = append();
    await nextTurn();
    const during = appends(many - 1);
    await first;
    await nextTurn();
    await Promise.all([during, append()]);
    expect(commits).toBe(2);
  });

  it('waits no longer than a while for callers who do not come back', async () => {
    await appends(many);
    holdTimers();
    const alone = append();
    await nextTurn();
    jest.runAllTimers();
    expect(await alone).toMatchObject({ kind: 'written' });
    expect(commits).toBe(2);
  });
});

describe('a follower of the log', () => {
  it('is shown after each commit exactly what the files hold', async () => {
    const shown = frames(1);
    log.follow(() => {
      shown.push(...frames(shown.length + 1));
    });
    for (const eventCount of [1, 3, 40, 2, 1]) {
      await Promise.all([append(eventCount), append(1)]);
    }
    expect(shown).toHaveLength(1 + 47 + 5);
    await log.close();
    await open();
    expect(frames(1)).toEqual(shown);
  });

  it('is shown the last commit as it was while the next one is under way', async () => {
    await append(3);
    const before = frames(1);
    const next = append(2);
    await nextTurn();
    expect(frames(1).slice(0, before.length)).toEqual(before);
    await next;
  });
});
