import { Command, InvalidArgumentError } from 'commander';

/** How many leads, for how long, and how fast people talk. */
export interface Options {
  /** Leads a second. */
  readonly rate: number;
  readonly seconds: number;
  /** How many times faster than life calls pass. */
  readonly speed: number;
  /** Decides which leads are sent and who answers them how. */
  readonly seed: number;
  /** Where CPU profiles go; `null` takes none. */
  readonly profile: string | null;
}

const examples = `
Examples:
  npm run bench -- speed-to-lead                           20 leads/s for 30 s
  npm run bench -- speed-to-lead --json                    the same; the last line is one JSON object
  npm run bench -- speed-to-lead --rate 5 --seconds 10     a quick look`;

/** Reads the command line; prints the help, or what is wrong with it, and ends the process then. */
export function parseOptions(args: readonly string[]): Options {
  const command = new Command('npm run bench -- speed-to-lead')
    .description(
      'From sending POST /v1/leads to the ringing of the consumer’s phone, at a constant rate, on ' +
        'a whole stack whose telephone network is simulated by this process. A lead counts from ' +
        'the instant it was due to be sent. What the network itself takes to ring is part of it: ' +
        '1.2 s divided by the speed.',
    )
    .option('--rate <n>', 'leads a second', whole(1, 1_000), 20)
    .option('--seconds <n>', 'for how long', whole(1, 3_600), 30)
    .option('--speed <n>', 'how many times faster than life calls pass', whole(1, 1_000), 20)
    .option('--seed <n>', 'which leads are sent, and who answers them', whole(1, 2 ** 31), 1)
    .option('--profile <folder>', 'write a CPU profile of every process of the stack there')
    .addHelpText(
      'after',
      '  --json                print the result as one JSON object, on the last line',
    )
    .addHelpText('after', examples);
  const given = command.parse([...args], { from: 'user' }).opts<Omit<Options, 'profile'>>();
  return { profile: null, ...given };
}

function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text !== '' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
  };
}
