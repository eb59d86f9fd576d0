import { randomInt } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';

/** What to show. */
export interface Options {
  /** Calls that are handed over, if all goes well. */
  readonly calls: number;
  /** Decides who is called, what is reported, and in which way it goes wrong. */
  readonly seed: number;
  /** After so long the calls are left, whoever is still on the phone. */
  readonly secondsMax: number;
}

/** Enough for every kind of report there is to be seen. */
export const CALLS_MIN = 12;
/** As many people as are sure to be found who have time to talk. */
export const CALLS_MAX = 200;

const examples = `
Examples:
  npm run demo -- revenue                          200 calls on a stack of its own
  npm run demo -- revenue --calls 20 --seed 7      few, and the same ones each time
  npm run demo -- revenue --json                   the same; the last line is one JSON object`;

/** Reads the command line; prints the help, or what is wrong with it, and ends the process then. */
export function parseOptions(args: readonly string[]): Options {
  return new Command('npm run demo -- revenue')
    .description(
      'Hands calls over to buyers on a stack of its own, has a careless platform report on them, and ' +
        'compares our report with what the platform meant, to the cent.',
    )
    .option('--calls <n>', 'how many', whole(CALLS_MIN, CALLS_MAX), CALLS_MAX)
    .option('--seed <n>', 'who and what; any if left out', whole(0, 2 ** 31), randomInt(1_000_000))
    .option('--seconds-max <n>', 'when to leave the calls', whole(1, 86_400), 300)
    .addHelpText(
      'after',
      '  --json             print the result as one JSON object, on the last line',
    )
    .addHelpText('after', examples)
    .parse([...args], { from: 'user' })
    .opts<Options>();
}

function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text !== '' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
  };
}
