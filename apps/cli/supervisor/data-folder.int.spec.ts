import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { claimDataFolder } from './data-folder.js';
import { livesStill, processMark } from './process-mark.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'leadledger-folder-'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

describe('a data folder', () => {
  it('belongs to whoever claimed it, until it is released', async () => {
    const claimed = await claimDataFolder(join(root, 'data'));
    await expect(claimDataFolder(join(root, 'data'))).rejects.toThrow(
      `already runs on ${join(root, 'data')} (process ${process.pid})`,
    );
    await claimed.release();
    await (await claimDataFolder(join(root, 'data'))).release();
  });

  it('is claimed by exactly one of many at once', async () => {
    const claims = Array.from({ length: 20 }, () => claimDataFolder(root));
    const outcomes = await Promise.allSettled(claims);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it.each([
    ['of a process that is gone', { pid: 4_194_303, mark: 'then' }],
    ['whose number belongs to a later process', { pid: process.pid, mark: 'then' }],
  ])('is taken over with a lock %s', async (_, owner) => {
    await writeFile(join(root, 'start.lock'), JSON.stringify(owner));
    await claimDataFolder(root);
    expect((await readdir(root)).sort()).toEqual(['logs', 'start.lock']);
  });

  it('is taken over with a lock that makes no sense', async () => {
    await writeFile(join(root, 'start.lock'), '');
    await expect(claimDataFolder(root)).resolves.toMatchObject({ path: root });
  });

  it('can be passed through and not looked into, its logs neither', async () => {
    await claimDataFolder(join(root, 'data'));
    expect((await stat(join(root, 'data'))).mode & 0o777).toBe(0o711);
    expect((await stat(join(root, 'data/logs'))).mode & 0o777).toBe(0o700);
  });

  it('is refused where it cannot be made', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(claimDataFolder(join(root, 'file/data'))).rejects.toThrow('cannot be written');
  });

  it('is refused where even root may make nothing', async () => {
    await expect(claimDataFolder('/proc/leadledger/data')).rejects.toThrow('cannot be written');
  });

  it('is made with the folders above it', async () => {
    await claimDataFolder(join(root, 'a/b/data'));
    expect((await stat(join(root, 'a/b/data'))).isDirectory()).toBe(true);
  });
});

describe('the mark of a process', () => {
  it('stays the same while it lives, and fits no other', async () => {
    const mark = (await processMark(process.pid)) ?? '';
    expect(await livesStill(process.pid, mark)).toBe(true);
    expect(await livesStill(1, mark)).toBe(false);
  });

  it('is null where there is no process', async () => {
    expect(await processMark(4_194_303)).toBeNull();
  });
});
