import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { generate, staleFiles } from './generated-files.js';

describe('a generated file', () => {
  let folder: string;
  let root: URL;
  let said: string[];
  const say = (line: string) => said.push(line);
  const files = [{ path: 'docs/one.md', render: () => 'rendered\n' }];

  beforeEach(async () => {
    said = [];
    folder = await mkdtemp(join(tmpdir(), 'generated-'));
    root = pathToFileURL(`${folder}/`);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is written, with its folder', async () => {
    expect(await generate(root, files, false, say)).toBe(0);
    expect(await readFile(join(folder, 'docs/one.md'), 'utf8')).toBe('rendered\n');
  });

  it('fails the check while it is missing, and is not written by it', async () => {
    expect(await generate(root, files, true, say)).toBe(1);
    expect(said).toEqual(['docs/one.md is out of date; run npm run generate']);
    expect(await staleFiles(root, files)).toHaveLength(1);
  });

  it('fails the check when it was edited by hand', async () => {
    await generate(root, files, false, say);
    expect(await generate(root, files, true, say)).toBe(0);
    await writeFile(join(folder, 'docs/one.md'), 'rendered, then improved\n');
    expect(await generate(root, files, true, say)).toBe(1);
  });
});
