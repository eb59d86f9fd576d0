import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MasterKey } from './master-key.js';
import { ensureMasterKeyFile } from './master-key-file.js';

describe('the master key of a single machine', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'master-key-'));
    path = join(folder, 'master.key');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is made once and stays', async () => {
    const first = await ensureMasterKeyFile(path);
    expect(await ensureMasterKeyFile(path)).toBe(first);
    expect(() => MasterKey.fromBase64(first)).not.toThrow();
  });

  it('can be read by its owner only, and leaves nothing else behind', async () => {
    await ensureMasterKeyFile(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['master.key']);
  });

  it('is one key, however many processes start at once', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => ensureMasterKeyFile(path)));
    expect(new Set(keys).size).toBe(1);
    expect(await readdir(folder)).toEqual(['master.key']);
  });
});
