import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BoundedLog } from './bounded-log.js';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leadledger-log-'));
  file = join(folder, 'api.log');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('a bounded log', () => {
  it('goes on where an earlier run stopped', async () => {
    for (const text of ['one\n', 'two\n']) {
      const log = new BoundedLog(file);
      log.write(Buffer.from(text));
      log.close();
    }
    expect(await readFile(file, 'utf8')).toBe('one\ntwo\n');
  });

  it('never exceeds its limit, and keeps one file before the present one', async () => {
    const log = new BoundedLog(file, 100);
    for (let line = 10; line < 100; line += 1) log.write(Buffer.from(`line ${line}\n`));
    log.close();
    expect((await stat(file)).size).toBeLessThanOrEqual(100);
    expect((await stat(`${file}.1`)).size).toBeLessThanOrEqual(100);
    expect(await readFile(file, 'utf8')).toMatch(/line 99\n$/);
    const both = (await readFile(`${file}.1`, 'utf8')) + (await readFile(file, 'utf8'));
    expect(both.split('\n').length).toBeGreaterThan(14);
  });

  it('loses lines rather than failing whoever logs', () => {
    const log = new BoundedLog(file, 10);
    log.close();
    expect(() => {
      log.write(Buffer.from('too late'));
    }).not.toThrow();
  });

  it('is for its owner’s eyes', async () => {
    new BoundedLog(file).close();
    expect((await stat(file)).mode & 0o077).toBe(0);
  });
});
