import { randomInt } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { LEADS_MAX, LEADS_MIN } from './cast.js';

/** What to show, and where. */
export interface Options {
  readonly leads: number;
  /** Decides who takes part and, on a stack of its own, what they do. */
  readonly seed: number;
  /** After so long it ends, whoever is still on the phone. */
  readonly secondsMax: number;
  /** A stack that runs; `null`: one of its own. */
  readonly server: { readonly url: string; readonly key: string } | null;
}

const examples = `
Examples:
  npm run demo -- calls                               50 leads on a stack of its own
  npm run demo -- calls --leads 12 --seed 7           few, and the same ones each time
  npm run demo -- calls --json                        the same; the last line is one JSON object
  npm run demo -- calls --url http://127.0.0.1:3000 --key l2i_…

With --url it configures the dialing of the key’s tenant, which has to be a sandbox, and calls are as
fast as that stack’s telephone network.`;

const SEED_MAX = 2 ** 31;

interface Given extends Pick<Options, 'leads' | 'seed' | 'secondsMax'> {
  readonly url?: string;
  readonly key?: string;
}

/** Reads the command line; prints the help, or what is wrong with it, and ends the process then. */
export function parseOptions(args: readonly string[]): Options {
  const command = new Command('npm run demo -- calls')
    .description(
      'Sends leads to a stack with a simulated telephone network, on a weekday at 11:00 in Texas, ' +
        'and shows what becomes of each.',
    )
    .option('--leads <n>', 'how many', whole(LEADS_MIN, LEADS_MAX), 50)
    .option('--seed <n>', 'who takes part; any if left out', whole(0, SEED_MAX), anySeed())
    .option('--seconds-max <n>', 'when to end at the latest', whole(1, 86_400), 90)
    .option('--url <address>', 'a stack that runs, instead of one of its own')
    .option('--key <key>', 'a key for it, with the scopes read and write')
    .addHelpText(
      'after',
      '  --json             print the result as one JSON object, on the last line',
    )
    .addHelpText('after', examples);
  const { url, key, ...given } = command.parse([...args], { from: 'user' }).opts<Given>();
  if ((url === undefined) !== (key === undefined)) command.error('Give --url and --key together.');
  return { ...given, server: url === undefined || key === undefined ? null : { url, key } };
}

function anySeed(): number {
  return randomInt(1_000_000);
}

function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text !== '' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
  };
}
