import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type NamedProgram, runNamed } from '../apps/cli/launch/named-programs.js';

/** What every `demo/<name>/main.ts` exports: it says what is to be seen. */
export type Demonstration = NamedProgram;

await runNamed({
  folder: dirname(fileURLToPath(import.meta.url)),
  exportedAs: 'demonstration',
  usage: 'npm run demo',
  what: 'The demonstration',
  showsResults: false,
});
