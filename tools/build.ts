import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { transformFile, version } from '@swc/core';

/**
 * Builds what has changed since the last time into dist/, run by Node as it stands. Each file
 * appears whole, so that a stack which is starting at the same moment never reads half a one, and
 * what lost its source is removed.
 */
const sources = '{apps,libs,projections,bench,demo,tools,test/chaos,test/e2e}/**/*.ts';
const target = 'dist';
const stampFile = join(target, '.stamp');

async function build(): Promise<void> {
  const stamp = `${version}\n${await readFile('.swcrc', 'utf8')}`;
  const fresh = (await readFile(stampFile, 'utf8').catch(() => '')) !== stamp;
  const wanted = new Map<string, string>();
  for await (const source of glob(sources)) {
    if (!source.endsWith('.spec.ts')) wanted.set(outputOf(source), source);
  }
  await Promise.all([...wanted].map(([output, source]) => compile(source, output, fresh)));
  for await (const output of glob(`${target}/**/*.js`)) {
    if (!wanted.has(output)) await rm(output, { force: true });
  }
  await writeFile(stampFile, stamp);
}

function outputOf(source: string): string {
  return join(target, source.replace(/\.ts$/, '.js'));
}

/** An output carries the time of the source it was made from. */
async function compile(source: string, output: string, fresh: boolean): Promise<void> {
  const { mtime } = await stat(source);
  if (!fresh && existsSync(output) && (await stat(output)).mtimeMs === mtime.getTime()) return;
  const { code } = await transformFile(source, {
    sourceFileName: relative(dirname(output), source),
  });
  const unfinished = `${output}.${randomUUID()}`;
  await mkdir(dirname(output), { recursive: true });
  await writeFile(unfinished, code);
  await utimes(unfinished, mtime, mtime);
  await rename(unfinished, output);
}

await build();
