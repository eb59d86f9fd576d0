import { Command, InvalidArgumentError } from 'commander';

/** How long and how hard to measure. */
export interface Options {
  readonly seconds: number;
  readonly rounds: number;
  readonly connections: number;
  readonly duplicates: number;
  readonly seed: number;
  readonly only: 'ours' | 'peer' | null;
  /** Where CPU profiles go; `null` takes none. */
  readonly profile: string | null;
}

const examples = `
Examples:
  npm run bench -- intake                                the whole comparison, about three minutes
  npm run bench -- intake --json                         the same; the last line is one JSON object
  npm run bench -- intake --seconds 3 --rounds 1         a quick look
  npm run bench -- intake --connections 16 --seed 7      fewer clients, other leads
  npm run bench -- intake --only ours --profile /tmp/p   one side alone, with profiles
`;

type GivenOptions = Omit<Options, 'only' | 'profile'> & Partial<Pick<Options, 'only' | 'profile'>>;

/** Reads the command line; prints the help, or what is wrong with it, and ends the process then. */
export function parseOptions(args: readonly string[]): Options {
  const command = new Command('npm run bench -- intake')
    .description(
      'POST /v1/leads: the whole stack with its worker live against the peer without events, ' +
        'by turns, at saturation and at a constant rate.',
    )
    .option('--seconds <n>', 'length of one round', positive, 10)
    .option('--rounds <n>', 'rounds per side and mode', positive, 3)
    .option('--connections <n>', 'keep-alive connections', positive, 64)
    .option('--duplicates <share>', 'share of phones that were sent before', share, 0.05)
    .option('--seed <n>', 'which leads are sent', positive, 1)
    .option('--only <side>', 'measure "ours" or "peer" alone', side)
    .option('--profile <folder>', 'write a CPU profile of every Node process there')
    .addHelpText(
      'after',
      '  --json                print the result as one JSON object, on the last line',
    )
    .addHelpText('after', examples);
  const given = command.parse([...args], { from: 'user' }).opts<GivenOptions>();
  return { ...given, only: given.only ?? null, profile: given.profile ?? null };
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('Give a whole number above 0.');
}

function share(text: string): number {
  const value = Number(text);
  if (value >= 0 && value < 1) return value;
  throw new InvalidArgumentError('Give a number from 0 to below 1.');
}

function side(text: string): 'ours' | 'peer' {
  if (text === 'ours' || text === 'peer') return text;
  throw new InvalidArgumentError('Give "ours" or "peer".');
}
