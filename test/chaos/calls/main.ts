import { parseArgs } from 'node:util';
import { runStorm } from './storm.js';

/**
 * Calls consumers on a stack under fire and holds it against the laws of calling:
 * `npm run test:calls -- --calls 10000 --kills 40 --seed 7 --seconds-max 900`.
 */
const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '40' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000_000)) },
    'seconds-max': { type: 'string', default: '900' },
    /** How many times as fast as ours the time of the telephone network runs. */
    speed: { type: 'string', default: '15' },
    /** Between a recovery and the next kill at most. */
    'calm-ms-max': { type: 'string', default: '20000' },
  },
});
const [calls, kills, seed] = [Number(values.calls), Number(values.kills), Number(values.seed)];

console.log(`calls under fire: ${calls} calls, ${kills} kills, seed ${seed}`);
const verdict = await runStorm({
  ...{ calls, kills, seed, secondsMax: Number(values['seconds-max']) },
  ...{
    tenants: 2,
    waitingMax: 40,
    concurrentCallsMax: 60,
    calmMsMax: Number(values['calm-ms-max']),
  },
  ...{ speed: Number(values.speed), callWatchMs: 8_000, drainSecondsMax: 240 },
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
