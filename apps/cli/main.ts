import './engine.js';
import { CommanderError } from 'commander';
import { keepCompiledCode } from './compiled-code.js';
import { describeError, printError } from './output.js';
import { createProgram } from './program.js';

/** The command line: parses it, runs the command, and turns every failure into a sentence. */
async function main(): Promise<void> {
  keepCompiledCode();
  const json = process.argv.includes('--json');
  // Whoever reads the output may leave early (`| head`); that is no failure.
  process.stdout.on('error', () => process.exit());
  try {
    await createProgram().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode;
      if (json && error.exitCode !== 0) {
        process.stdout.write(
          `${JSON.stringify({ error: { code: 'usage', message: error.message } })}\n`,
        );
      }
      return;
    }
    printError(describeError(error), json);
    // A command may have a status of its own for failure.
    process.exitCode ??= 1;
  }
}

await main();
