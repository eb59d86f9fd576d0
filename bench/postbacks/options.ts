import { Command, InvalidArgumentError } from 'commander';

/** How much is on file, how hard it is hit, and for how long. */
export interface Options {
  /** Transfers on file, those that are reported included. */
  readonly transfers: number;
  /** Transfers that are reported on, each a lead of its own with its history in the log. */
  readonly reported: number;
  /** Length of the burst. */
  readonly seconds: number;
  readonly connections: number;
  /** Reports a second while matching is measured. */
  readonly rate: number;
  readonly seed: number;
  /** Where CPU profiles go; `null` takes none. */
  readonly profile: string | null;
}

const examples = `
Examples:
  npm run bench -- postbacks                                  one million transfers, about five minutes
  npm run bench -- postbacks --json                           the same; the last line is one JSON object
  npm run bench -- postbacks --transfers 20000 --reported 2000 --seconds 3    a quick look`;

/** Reads the command line; prints the help, or what is wrong with it, and ends the process then. */
export function parseOptions(args: readonly string[]): Options {
  const command = new Command('npm run bench -- postbacks')
    .description(
      'POST /v1/postbacks/calls on a whole stack with its worker live: a burst on keep-alive ' +
        'connections, after one of five seconds that is not counted, and then reports at a constant rate, each of which has its transfer among ' +
        'those on file. Finding its transfer is measured as a preview, over HTTP and storing nothing.',
    )
    .option('--transfers <n>', 'transfers on file', whole(1_000, 10_000_000), 1_000_000)
    .option(
      '--reported <n>',
      'those with a history that are reported on',
      whole(600, 200_000),
      8_000,
    )
    .option('--seconds <n>', 'length of the burst', whole(1, 600), 5)
    .option('--connections <n>', 'keep-alive connections', whole(1, 1_000), 64)
    .option('--rate <n>', 'reports a second while matching is measured', whole(1, 500), 50)
    .option('--seed <n>', 'which leads there are', whole(1, 2 ** 31), 1)
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
