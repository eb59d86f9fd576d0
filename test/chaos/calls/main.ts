import { randomInt } from 'node:crypto';
import { Command } from 'commander';
import { positiveInteger } from '../../../apps/cli/commands/option-values.js';
import { runStorm } from './storm.js';

interface Options {
  readonly calls: number;
  readonly kills: number;
  readonly seed?: number;
  readonly secondsMax: number;
  readonly speed: number;
  readonly calmMsMax: number;
}

const examples = `
Examples:
  npm run test:calls
  npm run test:calls -- --calls 1000 --kills 8 --seed 7 --speed 30
`;

const { secondsMax, speed, calmMsMax, ...storm } = new Command('npm run test:calls --')
  .description('Calls consumers on a stack under fire and holds it against the laws of calling.')
  .option('--calls <n>', 'to consumers at least, unless time runs out', positiveInteger, 10_000)
  .option('--kills <n>', 'processes killed meanwhile', positiveInteger, 40)
  .option('--seed <n>', 'which storm; drawn and printed if left out', positiveInteger)
  .option('--seconds-max <s>', 'new leads come in no longer than that', positiveInteger, 900)
  .option(
    '--speed <n>',
    'how many times as fast as ours the phone network’s time runs',
    positiveInteger,
    15,
  )
  .option(
    '--calm-ms-max <ms>',
    'between a recovery and the next kill at most',
    positiveInteger,
    20_000,
  )
  .addHelpText('after', examples)
  .parse()
  .opts<Options>();
const { calls, kills, seed = randomInt(1, 10 ** 9) } = storm;

console.log(`calls under fire: ${calls} calls, ${kills} kills, seed ${seed}`);
const verdict = await runStorm({
  ...{ calls, kills, seed, secondsMax, speed, calmMsMax },
  ...{ tenants: 2, waitingMax: 40, concurrentCallsMax: 60 },
  ...{ callWatchMs: 8_000, drainSecondsMax: 240 },
  print: (line) => {
    console.log(line);
  },
});
for (const problem of verdict.problems.slice(0, 50)) console.log(`  WRONG: ${problem}`);
if (verdict.problems.length > 0) console.log(`  the data is kept in ${verdict.dataDir}`);
console.log(
  `calls under fire: ${verdict.calls} calls, ${verdict.connected} connected, ${verdict.kills} kills; ` +
    `${verdict.problems.length} wrong; ${verdict.seconds} s; seed ${seed}`,
);
const complete = verdict.calls >= calls && verdict.kills >= kills;
if (!complete) console.log('  time was up before all calls and kills were made');
process.exitCode = verdict.problems.length === 0 && complete ? 0 : 1;
