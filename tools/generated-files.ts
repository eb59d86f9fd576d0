import { mkdir, readFile, writeFile } from 'node:fs/promises';

/** A committed file that code renders. */
export interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly render: () => string | Promise<string>;
}

/**
 * Writes every generated file below `root`, or with `checkOnly` reports those whose committed text
 * is not what the code renders now. Says what it did, a line at a time; returns the exit code.
 */
export async function generate(
  root: URL,
  files: readonly GeneratedFile[],
  checkOnly: boolean,
  say: (line: string) => void,
): Promise<number> {
  const stale = await staleFiles(root, files);
  if (checkOnly) {
    for (const { path } of stale) say(`${path} is out of date; run npm run generate`);
    return stale.length === 0 ? 0 : 1;
  }
  for (const { path, text } of stale) {
    await mkdir(new URL('.', new URL(path, root)), { recursive: true });
    await writeFile(new URL(path, root), text);
    say(`wrote ${path}`);
  }
  return 0;
}

/** The files whose text on disk differs from what is rendered, with the text they should have. */
export async function staleFiles(
  root: URL,
  files: readonly GeneratedFile[],
): Promise<{ path: string; text: string }[]> {
  const rendered = await Promise.all(
    files.map(async ({ path, render }) => ({
      path,
      text: await render(),
      committed: await readFile(new URL(path, root), 'utf8').catch(() => null),
    })),
  );
  return rendered.filter((file) => file.text !== file.committed);
}
