import { type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { type RebuildWork } from '#libs/read-db';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { RebuilderProcess } from './rebuilder-process.js';

const stepMs = 1_000;
let nowMs: number;
let launched: Hanging[];
let rebuilder: RebuilderProcess;

/** A process that does nothing until it is killed. */
class Hanging extends EventEmitter {
  /** No process has such a number. */
  readonly pid = 2 ** 22 + 1;
  isAlive = true;

  kill(signal: NodeJS.Signals): boolean {
    this.isAlive = false;
    return this.emit('exit', null, signal);
  }
}

beforeEach(() => {
  [nowMs, launched] = [0, []];
  jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
  rebuilder = new RebuilderProcess({
    logger: pino({ level: 'silent' }),
    launch: () => {
      launched.push(new Hanging());
      return launched.at(-1) as unknown as ChildProcess;
    },
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

function keep(work: RebuildWork): void {
  nowMs += stepMs;
  rebuilder.keep(work);
}

/** For how long the next one may let its work lie, in whole minutes. */
function patienceMinutes(): number {
  const before = launched.length;
  while (launched.length === before) keep('missed');
  const begunMs = nowMs;
  while (launched.at(-1)?.isAlive === true) keep('missed');
  return Math.floor((nowMs - begunMs) / 60_000);
}

describe('a rebuilder that does not take up its work', () => {
  it('is replaced, and whoever replaces it has twice as long, up to ten minutes', () => {
    const patience = Array.from({ length: 6 }, patienceMinutes);
    expect(patience).toEqual([1, 2, 4, 8, 10, 10]);
  });

  it('is given no more time than the first once the work was done', () => {
    expect([patienceMinutes(), patienceMinutes()]).toEqual([1, 2]);
    keep('none');
    expect(patienceMinutes()).toBe(1);
  });
});
