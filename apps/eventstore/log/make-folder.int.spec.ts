import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { makeFolder } from './make-folder.js';

describe('a folder', () => {
  it('is made with those above it, and may be there already', () => {
    const above = mkdtempSync(join(tmpdir(), 'leadledger-folder-'));
    const path = join(above, 'data', 'events');
    makeFolder(path);
    makeFolder(path);
    expect(statSync(path).isDirectory()).toBe(true);
    rmSync(above, { recursive: true });
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('is refused at once where no folder can be made', () => {
    expect(() => {
      makeFolder('/proc/leadledger/events');
    }).toThrow('ENOENT');
    expect(existsSync('/proc/leadledger')).toBe(false);
  });
});
