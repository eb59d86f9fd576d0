import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { listenForInterruption } from '../supervisor/interruption.js';
import { launched } from './launched.js';

/** A program among others, found by the name of its folder. */
export interface NamedProgram {
  /** One sentence: what it does. */
  readonly summary: string;
  /** Tells how it goes as it goes on; the result is what `--json` prints. */
  run(args: readonly string[]): Promise<object>;
}

/** Where programs are and how they are called. */
export interface ProgramFolder {
  /** Has a folder with a `main.js` for each. */
  readonly folder: string;
  /** What that file exports of type {@link NamedProgram}. */
  readonly exportedAs: string;
  /** How to run one: `npm run bench`. */
  readonly usage: string;
  /** How a sentence about one that failed begins. */
  readonly what: string;
  /** Whether results are shown without `--json`, too. */
  readonly showsResults: boolean;
}

/**
 * Runs the program that the command line names, and ends the process. With `--json` the last line
 * of output is its result. A new program is a folder; nothing needs to know of it. Interrupted, it
 * fails, and what it launched ends with it; a second Ctrl-C waits for nothing.
 */
export async function runNamed(programs: ProgramFolder): Promise<never> {
  const [name, ...args] = process.argv.slice(2).filter((argument) => argument !== '--json');
  if (name === undefined || name === '--help' || !namesIn(programs).includes(name)) {
    console.log(await help(programs));
    process.exit(name === undefined || name === '--help' ? 0 : 1);
  }
  const program = await load(programs, name);
  try {
    const result = await Promise.race([program.run(args), interruption()]);
    if (process.argv.includes('--json')) console.log(JSON.stringify(result));
    else if (programs.showsResults) console.log(result);
    await launched.endAll();
    process.exit(0);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.error(`\n${programs.what} failed: ${reason}`);
    await launched.endAll();
    process.exit(1);
  }
}

/** Fails when somebody wants the program to end. */
async function interruption(): Promise<never> {
  await listenForInterruption(() => process.exit(130)).requested;
  throw new Error('It was interrupted.');
}

function namesIn({ folder }: ProgramFolder): string[] {
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, 'main.js')));
}

async function load({ folder, exportedAs }: ProgramFolder, name: string): Promise<NamedProgram> {
  const file = pathToFileURL(join(folder, name, 'main.js')).href;
  const module = (await import(file)) as Record<string, NamedProgram>;
  const program = module[exportedAs];
  if (program === undefined) throw new Error(`${file} exports no ${exportedAs}.`);
  return program;
}

async function help(programs: ProgramFolder): Promise<string> {
  const names = namesIn(programs);
  const width = Math.max(...names.map((name) => name.length)) + 1;
  const lines = await Promise.all(
    names.map(async (name) => `  ${name.padEnd(width)} ${(await load(programs, name)).summary}`),
  );
  return [
    `${programs.usage} -- <name> [--json]`,
    '',
    ...lines,
    '',
    '  --json'.padEnd(width + 3) + 'the last line of output is the result as one JSON object',
  ].join('\n');
}
