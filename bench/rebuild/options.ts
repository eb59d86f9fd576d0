import { Command, InvalidArgumentError } from 'commander';

/** How much is rebuilt, under which load, and against what. */
export interface Options {
  readonly events: number;
  readonly rate: number;
  readonly seconds: number;
  readonly seed: number;
  /** How many events Emmett rebuilds from; 0: it is left out. */
  readonly emmettEvents: number;
}

const examples = `
Examples:
  npm run bench -- rebuild                            100,000 events, about three minutes
  npm run bench -- rebuild --events 1000000 --json    the full size
  npm run bench -- rebuild --events 20000 --seconds 5 --emmett-events 0

Result:
  seconds                from the request to the last switch, all read models together, live intake
                         going on
  eventsPerSecond        events of the log per second of those
  simpleEventsPerSecond  the read model speed_to_lead alone and without load: events of the log
                         per second of filling, verification and switch
  leadListEventsPerSecond  lead_list likewise, with some twenty columns and four more indexes
  emmettRatio            that by the events per second of Emmett's faster lead list
  liveP99Ratio           p99 of POST /v1/leads at --rate during the rebuild, by p99 without it
`;

/** Reads the command line; prints the help, or what is wrong with it, and ends the process then. */
export function parseOptions(args: readonly string[]): Options {
  const command = new Command('npm run bench -- rebuild')
    .description(
      'Rebuilds every read model from a generated log under live intake, then one alone, then a ' +
        'lead list with Emmett from the same histories.',
    )
    .option('--events <n>', 'about how many events the log holds', positive, 100_000)
    .option('--rate <n>', 'leads a second meanwhile', positive, 100)
    .option('--seconds <n>', 'how long the same load is measured without a rebuild', positive, 15)
    .option('--seed <n>', 'which histories', positive, 1)
    .option(
      '--emmett-events <n>',
      'how many events Emmett gets; a tenth of --events, at most 50,000, if left out',
      whole,
    )
    .addHelpText(
      'after',
      '  --json                print the result as one JSON object, on the last line',
    )
    .addHelpText('after', examples);
  const given = command
    .parse([...args], { from: 'user' })
    .opts<Omit<Options, 'emmettEvents'> & { readonly emmettEvents?: number }>();
  return {
    ...given,
    emmettEvents: given.emmettEvents ?? Math.min(Math.ceil(given.events / 10), 50_000),
  };
}

function positive(text: string): number {
  const value = whole(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('Give a whole number above 0.');
}

function whole(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('Give a whole number from 0.');
}
