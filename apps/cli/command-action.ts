import { type Command } from 'commander';
import { type CommandResult, printResult } from './output.js';

/**
 * Gives a command its `--json` option, its examples and what it does. `run` gets the command's
 * arguments and its options, as commander hands them out.
 */
export function defineAction(
  command: Command,
  examples: readonly string[],
  run: (...parameters: never[]) => Promise<CommandResult>,
): void {
  const lines = examples.map((example) => `  npm run -s leadledger -- ${example}`);
  command
    .option('--json', 'print one JSON object')
    .addHelpText('after', `\nExamples:\n${lines.join('\n')}`)
    .action(async (...parameters) => {
      const result = await run(...(parameters.slice(0, -1) as never[]));
      printResult(result, command.opts<{ json?: boolean }>().json === true);
    });
}
