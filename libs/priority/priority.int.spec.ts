import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { letOthersGoFirst } from './priority.js';

/** What a process that is told to has, where the whole test may be lowered further. */
const atLeast = (by: number) => Math.max(by, getPriority());

/** A process that does nothing, in a session of its own or in this one. */
async function anIdleProcess(detached: boolean, test: (pid: number) => void): Promise<void> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1e6)'], { detached });
  try {
    await once(child, 'spawn');
    test(child.pid ?? 0);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

const sessionOf = (pid: number | 'self') => {
  const path = `/proc/${pid}/autogroup`;
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
};

describe('a process that lets others go first', () => {
  it('is lowered, and so is the session it leads', () =>
    anIdleProcess(true, (pid) => {
      letOthersGoFirst(12, pid);
      expect(getPriority(pid)).toBe(atLeast(12));
      // Where the system shares processors among sessions, which not every one does.
      expect(sessionOf(pid) ?? 'nice 12').toContain('nice 12');
    }));

  it('is not raised where it was lowered further, and neither is its session', () =>
    anIdleProcess(true, (pid) => {
      setPriority(pid, 19);
      letOthersGoFirst(17, pid);
      letOthersGoFirst(12, pid);
      expect(getPriority(pid)).toBe(19);
      expect(sessionOf(pid) ?? 'nice 17').toContain('nice 17');
    }));

  it('leaves a session alone that is not its own', () =>
    anIdleProcess(false, (pid) => {
      const before = sessionOf('self');
      letOthersGoFirst(13, pid);
      expect(getPriority(pid)).toBe(atLeast(13));
      expect(sessionOf('self')).toBe(before);
    }));

  it('is forgiven when it is gone', () => {
    expect(() => {
      letOthersGoFirst(5, 2 ** 22 + 1);
    }).not.toThrow();
  });
});
