import type { Benchmark } from '../main.js';
import { type Contestant, type StartOptions } from './contestant.js';
import { arrive, saturate, type Target } from './load.js';
import { type Options, parseOptions } from './options.js';
import { startOurs } from './ours.js';
import { startPeer } from './peer.js';
import { median } from './percentile.js';
import { Progress } from './progress.js';
import { result, table } from './report.js';
import { type Round, runRound } from './round.js';
import { Submissions } from './submissions.js';

/** `POST /v1/leads`, the whole path, against the peer without events. */
export const benchmark: Benchmark = {
  summary: 'POST /v1/leads, whole stack with the worker live, against a peer without events',
  run: (args) => compare(parseOptions(args)),
};

interface Side {
  readonly contestant: Contestant;
  readonly saturation: Round[];
  readonly openLoop: Round[];
}

/** Share of the slower side's saturation at which both are measured at a constant rate. */
const openLoopShare = 0.5;
/** Engines compile for as long as this under load: a service that runs for months is past it. */
const warmUpSecondsMax = 20;

const starters = { ours: startOurs, peer: startPeer };

async function compare(options: Options): Promise<object> {
  const sides: Side[] = [];
  try {
    for (const name of options.only === null ? (['ours', 'peer'] as const) : [options.only]) {
      const contestant = await starters[name](startOptions(options));
      sides.push({ contestant, saturation: [], openLoop: [] });
    }
    const rate = await measure(sides, options);
    const rounds = new Map(sides.map((side) => [side.contestant.target.name, side]));
    console.log(table(rounds));
    return result(rounds, rate);
  } finally {
    for (const { contestant } of sides) await contestant.stop();
  }
}

function startOptions({ seed, duplicates, profile }: Options): StartOptions {
  return { submissions: new Submissions(seed, duplicates, new Date()), profile };
}

/** All rounds, the sides by turns. Returns the rate of the open loop. */
async function measure(sides: readonly Side[], options: Options): Promise<number> {
  const { seconds, rounds, connections } = options;
  const progress = new Progress(sides.length * (1 + 2 * rounds));
  const play = (
    side: Side,
    what: string,
    phase: (target: Target) => ReturnType<typeof saturate>,
  ) => {
    progress.step(`${side.contestant.target.name}: ${what}`);
    return runRound(side.contestant, phase);
  };
  const warmUp = { connections, seconds: Math.min(3 * seconds, warmUpSecondsMax) };
  for (const side of sides) await play(side, 'warming up', (to) => saturate(to, warmUp));
  for (let round = 1; round <= rounds; round += 1) {
    for (const side of sides) {
      const what = `saturation, round ${round} of ${rounds}`;
      side.saturation.push(await play(side, what, (to) => saturate(to, { connections, seconds })));
    }
  }
  const rate = Math.max(1, Math.floor(Math.min(...sides.map(saturationOf)) * openLoopShare));
  for (let round = 1; round <= rounds; round += 1) {
    for (const side of sides) {
      const what = `${rate} requests/s, round ${round} of ${rounds}`;
      side.openLoop.push(
        await play(side, what, (to) => arrive(to, { connections, seconds, rate })),
      );
    }
  }
  progress.done();
  return rate;
}

function saturationOf({ saturation }: Side): number {
  return median(saturation.map(({ requestsPerSecond }) => requestsPerSecond));
}
