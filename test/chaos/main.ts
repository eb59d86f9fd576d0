import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { positiveInteger } from '../../apps/cli/commands/option-values.js';
import { KillPlan, type Target } from './kill-plan.js';
import { compareReadModel, compareReplays, compareWithLog, readLeads } from './ledger-check.js';
import { LoadGenerator } from './load-generator.js';
import { type Random, seededRandom } from './seeded-random.js';
import { StackUnderFire } from './stack-under-fire.js';
import { SubmissionSource } from './submission.js';

interface Options {
  readonly kills: number;
  readonly seed?: number;
}

const examples = `
Examples:
  npm run test:chaos                            200 kills, some eight minutes
  npm run test:chaos -- --kills 30 --seed 42    shorter, and the same kills again
`;

const { kills: killsWanted, seed = randomInt(1, 10 ** 9) } = new Command('npm run test:chaos --')
  .description(
    'Kills parts of a real stack under load and compares the log with what clients were told.',
  )
  .option(
    '--kills <n>',
    'how many; under 20 may see no rebuild, which is wrong',
    positiveInteger,
    200,
  )
  .option('--seed <n>', 'which; drawn and printed if left out', positiveInteger)
  .addHelpText('after', examples)
  .parse()
  .opts<Options>();

const clients = 12;
const restMsMax = 150;
/** Between a recovery and the next kill. */
const calmMsMax = 1_500;
/** So many kills from one request for a rebuild of everything to the next. */
const killsPerRebuild = 8;
/** So often the next kill does not wait for the recovery from the one before. */
const impatience = 0.25;
const replaysMax = 2_000;

async function main(): Promise<boolean> {
  console.log(`chaos: ${killsWanted} kills, seed ${seed}`);
  const stack = await StackUnderFire.start();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stack.stop().finally(() => process.exit(1)));
  }
  try {
    return await bombard(stack);
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

async function bombard(stack: StackUnderFire): Promise<boolean> {
  const startedAt = Date.now();
  const random = seededRandom(seed);
  const load = new LoadGenerator(
    { url: stack.apiUrl, apiKey: await stack.createKey(), clients, restMsMax },
    new SubmissionSource(seededRandom(seed + 1), `chaos-${seed}`),
    seededRandom(seed + 2),
  );
  const kills = await killAll(stack, load, random);
  await load.finish();
  const rebuilds = await stack.rebuilt();
  const problems = [
    ...(await check(stack, load)),
    ...load.surprises,
    ...(await stack.verify()),
    ...(rebuilds === 0 ? ['no rebuild came to its end'] : []),
  ];
  const code = await stack.stop();
  if (code !== 0) problems.push(`the stack ended with exit code ${code ?? 'none'}`);
  for (const problem of problems.slice(0, 50)) console.log(`  WRONG: ${problem}`);
  if (problems.length === 0) await stack.remove();
  else console.log(`  the data is kept in ${stack.dataDir}`);
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  console.log(
    `chaos: ${summary(kills)}; ${rebuilds} rebuilds; ${load.acknowledgements.length} submissions acknowledged in ` +
      `${load.attempts} attempts; ${problems.length} wrong; ${seconds} s; seed ${seed}`,
  );
  return problems.length === 0 && kills.length >= killsWanted;
}

async function killAll(
  stack: StackUnderFire,
  load: LoadGenerator,
  random: Random,
): Promise<Target[]> {
  const plan = new KillPlan(random);
  const kills: Target[] = [];
  while (kills.length < killsWanted) {
    await pause(random() * calmMsMax);
    const target = plan.next(Date.now());
    if (target === null) continue;
    if (!(await stack.kill(target))) continue;
    plan.record(target, Date.now());
    kills.push(target);
    if (kills.length % killsPerRebuild === 0) await stack.rebuildAll();
    if (random() >= impatience) await stack.recovered();
    if (kills.length % 10 === 0) {
      const { length } = load.acknowledgements;
      console.log(`  ${kills.length} of ${killsWanted} kills, ${length} acknowledged`);
    }
  }
  await stack.recovered();
  return kills;
}

async function check(stack: StackUnderFire, load: LoadGenerator): Promise<string[]> {
  const { acknowledgements } = load;
  const { eventStoreUrl, databaseUrl } = await stack.run();
  const sample = acknowledgements.slice(-replaysMax);
  const again = [];
  for (const { submission } of sample) again.push(await load.submit(submission));
  const events = await readLeads(eventStoreUrl);
  return [
    ...compareReplays(acknowledgements, again),
    ...compareWithLog(acknowledgements, events),
    ...(await compareReadModel(databaseUrl, events)),
  ];
}

function summary(kills: readonly Target[]): string {
  const counts = new Map<Target, number>();
  for (const kill of kills) counts.set(kill, (counts.get(kill) ?? 0) + 1);
  const each = [...counts].map(([target, count]) => `${count} ${target}`).join(', ');
  return `${kills.length} kills (${each})`;
}

process.exitCode = (await main()) ? 0 : 1;
