import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ProgressBar } from '../../apps/cli/progress-bar.js';
import { type Database } from '#libs/read-db';
import type { Benchmark } from '../main.js';
import { type EmmettRates } from '../peers/emmett/rebuild.js';
import { fillEmmett, type FilledEmmett } from './emmett.js';
import { liveDuring, liveFor } from './live-load.js';
import { type Options, parseOptions } from './options.js';
import { type Findings, report, result, richModel, simpleModel } from './report.js';
import { readModels, rebuild, type Rebuilt } from './rebuilds.js';
import { type LoadedStack, startLoadedStack } from './stack.js';

/** Read models rebuilt from a large log, under live intake, and Emmett beside it. */
export const benchmark: Benchmark = {
  summary: 'all read models rebuilt under live intake, and a lead list against Emmett’s',
  run: (args) => measure(parseOptions(args)),
};

const warmUpSeconds = 5;

async function measure(options: Options): Promise<object> {
  say(`Writing about ${options.events.toLocaleString('en-US')} events`);
  const stack = await startLoadedStack(options.events, options.seed);
  let emmett: FilledEmmett | null = null;
  try {
    const ours = await measureOurs(stack, options);
    emmett = await copyToEmmett(stack, options.emmettEvents);
    await stack.stop();
    const findings: Findings = { ...ours, emmett: await measureEmmett(emmett) };
    console.log(report(findings));
    return result(findings);
  } finally {
    await emmett?.stop();
    await stack.stop();
  }
}

async function measureOurs(
  { target, database, generated }: LoadedStack,
  { rate, seconds }: Options,
): Promise<Omit<Findings, 'emmett'>> {
  say('Waiting until what was written is on the disk');
  await settled(database);
  say(`${rate} leads/s without a rebuild`);
  await liveFor(target, rate, warmUpSeconds);
  const quiet = await liveFor(target, rate, seconds);
  say(`Rebuilding every read model at ${rate} leads/s`);
  const { result: all, latency: busy } = await liveDuring(target, rate, async () =>
    withBar(async (onProgress) => rebuild(database, await readModels(database), onProgress)),
  );
  const simple = await rebuildAlone(database, simpleModel);
  const rich = await rebuildAlone(database, richModel);
  return { generated, quiet, busy, all, simple, rich };
}

/** What the generated log left to write would be taken for what the load has to wait for. */
async function settled(database: Database): Promise<void> {
  await database.pool.query('checkpoint');
  await promisify(execFile)('sync');
}

function rebuildAlone(database: Database, name: string): Promise<Rebuilt> {
  say(`Rebuilding ${name} alone`);
  return withBar((onProgress) => rebuild(database, [name], onProgress));
}

async function copyToEmmett(
  { eventStore }: LoadedStack,
  events: number,
): Promise<FilledEmmett | null> {
  if (events === 0) return null;
  say('Copying histories to Emmett');
  return withBar((onProgress) =>
    fillEmmett(eventStore, events, (done) => {
      onProgress(done, events);
    }),
  );
}

async function measureEmmett(emmett: FilledEmmett | null): Promise<EmmettRates | null> {
  if (emmett === null) return null;
  say('Rebuilding with Emmett');
  return emmett.rebuild();
}

async function withBar<Result>(
  work: (onProgress: (done: number, total: number) => void) => Promise<Result>,
): Promise<Result> {
  const bar = new ProgressBar();
  try {
    return await work((done, total) => {
      bar.show(done, total);
    });
  } finally {
    bar.end();
  }
}

function say(what: string): void {
  process.stderr.write(`${what} …\n`);
}
