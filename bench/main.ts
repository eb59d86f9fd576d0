import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type NamedProgram, runNamed } from '../apps/cli/launch/named-programs.js';

/** What every `bench/<name>/main.ts` exports: it says what is measured against what. */
export type Benchmark = NamedProgram;

await runNamed({
  folder: dirname(fileURLToPath(import.meta.url)),
  exportedAs: 'benchmark',
  usage: 'npm run bench',
  what: 'The benchmark',
  showsResults: true,
});
