import type { Contestant } from './contestant.js';
import { arrive, saturate } from './load.js';
import { type Options, parseOptions } from './options.js';
import { startPeer } from './peer.js';
import { Progress } from './progress.js';
import { median } from './percentile.js';
import { result, type SideRounds, table } from './report.js';
import { type Round, runRound } from './round.js';
import { Submissions } from './submissions.js';

interface Side {
  readonly contestant: Contestant;
  readonly saturation: Round[];
  readonly openLoop: Round[];
}

/** Share of the slower side's saturation at which both are measured at a constant rate. */
const openLoopShare = 0.5;
const warmUpSecondsMax = 5;

async function compare(options: Options): Promise<void> {
  const sides: Side[] = [];
  try {
    for (const start of starters(options)) {
      sides.push({ contestant: await start(), saturation: [], openLoop: [] });
    }
    const rate = await measure(sides, options);
    const rounds = new Map<string, SideRounds>(
      sides.map((side) => [side.contestant.target.name, side]),
    );
    console.log(table(rounds));
    print(rounds, rate, options);
  } finally {
    for (const { contestant } of sides) await contestant.stop();
  }
}

function starters({ only, seed, duplicates, profile }: Options): (() => Promise<Contestant>)[] {
  const submissions = () => new Submissions(seed, duplicates, new Date());
  const nodeOptions = profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const all = { peer: () => startPeer(submissions(), nodeOptions) };
  return only === null ? Object.values(all) : [all[only as 'peer']];
}

/** All rounds, the sides by turns. Returns the rate of the open loop. */
async function measure(sides: readonly Side[], options: Options): Promise<number> {
  const { seconds, rounds, connections } = options;
  const warmUp = { connections, seconds: Math.min(seconds, warmUpSecondsMax) };
  const progress = new Progress(sides.length * (1 + 2 * rounds));
  for (const { contestant } of sides) {
    progress.step(`${contestant.target.name}: warming up`);
    await runRound(contestant, (target) => saturate(target, warmUp));
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const { contestant, saturation } of sides) {
      progress.step(`${contestant.target.name}: saturation, round ${round} of ${rounds}`);
      saturation.push(
        await runRound(contestant, (target) => saturate(target, { connections, seconds })),
      );
    }
  }
  const slowest = Math.min(...sides.map(({ saturation }) => rateOf(saturation)));
  const rate = Math.max(1, Math.floor(slowest * openLoopShare));
  for (let round = 1; round <= rounds; round += 1) {
    for (const { contestant, openLoop } of sides) {
      progress.step(`${contestant.target.name}: ${rate} requests/s, round ${round} of ${rounds}`);
      openLoop.push(
        await runRound(contestant, (target) => arrive(target, { connections, seconds, rate })),
      );
    }
  }
  progress.done();
  return rate;
}

function rateOf(rounds: readonly Round[]): number {
  return median(rounds.map(({ requestsPerSecond }) => requestsPerSecond));
}

function print(rounds: ReadonlyMap<string, SideRounds>, rate: number, { json }: Options): void {
  const [ours, peer] = [rounds.get('ours'), rounds.get('peer')];
  if (ours === undefined || peer === undefined) return;
  const outcome = result(ours, peer, rate);
  console.log(`\n  ours / peer at saturation: ${outcome.ratio}`);
  if (json) console.log(JSON.stringify(outcome));
}

await compare(parseOptions(process.argv.slice(2)));
