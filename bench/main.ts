import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What every `bench/<name>/main.ts` exports. */
export interface Benchmark {
  /** One sentence: what is measured against what. */
  readonly summary: string;
  /** Measures and reports as it goes; the result is what `--json` prints. */
  run(args: readonly string[]): Promise<object>;
}

const FOLDER = dirname(fileURLToPath(import.meta.url));

function names(): string[] {
  return readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, 'main.js')));
}

async function load(name: string): Promise<Benchmark> {
  const module = (await import(`./${name}/main.js`)) as { benchmark: Benchmark };
  return module.benchmark;
}

async function help(): Promise<string> {
  const lines = await Promise.all(
    names().map(async (name) => `  ${name.padEnd(12)} ${(await load(name)).summary}`),
  );
  return [
    'npm run bench -- <name> [--json]',
    '',
    ...lines,
    '',
    '  --json       the last line of output is the result as one JSON object',
  ].join('\n');
}

const [name, ...args] = process.argv.slice(2).filter((argument) => argument !== '--json');
if (name === undefined || name === '--help' || !names().includes(name)) {
  console.log(await help());
  process.exit(name === undefined || name === '--help' ? 0 : 1);
}
const benchmark = await load(name);
try {
  const result = await benchmark.run(args);
  console.log(process.argv.includes('--json') ? JSON.stringify(result) : result);
  process.exit(0);
} catch (error) {
  console.error(
    `\nThe benchmark failed: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exit(1);
}
