import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Progress, stepLine } from './progress.js';

function screen(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
}

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

describe('progress', () => {
  it('tells the time once there is some to tell', () => {
    expect(stepLine('Starting', 1)).toBe('  Starting …');
    expect(stepLine('Starting', 2)).toBe('  Starting … 2 s');
  });

  it('is one line for each step in a log', async () => {
    const log = screen(false);
    expect(await new Progress(log).step('Starting', () => Promise.resolve(7))).toBe(7);
    expect(log.written.join('')).toBe('  Starting …\n');
  });

  it('is not told again in a log when its timer fires before the first second is over', async () => {
    jest.useFakeTimers();
    const log = screen(false);
    const work = Promise.withResolvers<undefined>();
    jest.spyOn(performance, 'now').mockReturnValue(0);
    const step = new Progress(log).step('Starting', () => work.promise);
    jest.advanceTimersByTime(1_000);
    work.resolve(undefined);
    await step;
    expect(log.written).toEqual(['  Starting …\n']);
  });

  it('stays on its line on a terminal, and ends it when the work fails too', async () => {
    const terminal = screen(true);
    const failing = new Progress(terminal).step('Starting', () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(terminal.written.join('')).toBe('  Starting …\r  Starting …\n');
  });
});
