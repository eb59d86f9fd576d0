import { type Settings } from '#libs/settings';
import { dncConnectionOf } from '../connection/dnc-connection.js';
import { type ClaimedFolder, claimDataFolder } from './data-folder.js';
import { listenForInterruption } from './interruption.js';
import { clearLeftoverProcesses } from './leftovers.js';
import { type Progress } from './progress.js';
import { readRunFile, removeRunFile } from './run-file.js';
import { RunRecorder } from './run-recorder.js';
import {
  apiPart,
  eventStorePart,
  planStack,
  postgresPart,
  type Servers,
  serversOf,
  type StackPlan,
  telephonyPart,
  workerPart,
} from './stack-plan.js';
import { Supervisor } from './supervisor.js';

export interface RunOptions {
  readonly settings: Settings;
  readonly progress: Progress;
  /** A sentence for the person who started the stack. */
  readonly report: (sentence: string) => void;
  /** Called once, when GET /ready answers 200. */
  readonly ready: (stack: { plan: StackPlan; demoKey: string | null }) => void;
}

/**
 * Runs the whole stack until it is asked to stop. Rejects with `StartRefused` when it cannot start
 * or cannot go on; everything is stopped then too.
 */
export async function runStack(options: RunOptions): Promise<void> {
  const folder = await claimDataFolder(options.settings.dataDir);
  try {
    await clearLeftovers(options, folder);
    await superviseUntilStopped(options, folder);
  } finally {
    await folder.release();
  }
}

async function clearLeftovers({ progress }: RunOptions, folder: ClaimedFolder): Promise<void> {
  const before = readRunFile(folder.path);
  if (before === null) return;
  await progress.step('Waiting for what is left of a killed run', () =>
    clearLeftoverProcesses(before),
  );
  removeRunFile(folder.path);
}

async function superviseUntilStopped(options: RunOptions, folder: ClaimedFolder): Promise<void> {
  const run = new RunRecorder(folder.path);
  const supervisor = new Supervisor({
    logFolder: folder.logs,
    report: options.report,
    changed: (ids) => {
      run.recordProcesses(ids);
    },
  });
  const interruption = listenForInterruption(() => {
    supervisor.kill();
    process.exit(130);
  });
  try {
    const up = bringUp(options, supervisor, run);
    await Promise.race([up, supervisor.failed, interruption.requested]);
    await Promise.race([supervisor.failed, interruption.requested]);
  } finally {
    await options.progress.step('Stopping', () => supervisor.stop());
    await run.end();
  }
}

async function bringUp(
  { settings, progress, ready }: RunOptions,
  supervisor: Supervisor,
  run: RunRecorder,
): Promise<void> {
  const plan = await planStack(settings);
  // Heavy: loaded while the database starts. What is wrong with it is told where it is awaited.
  const provisioning = import('./provision.js');
  provisioning.catch(() => undefined);
  const postgres = postgresPart(plan, settings);
  if (postgres !== null) {
    await progress.step('Starting the database', () => supervisor.start(postgres));
  }
  const eventStore = eventStorePart(plan, settings);
  if (eventStore !== null) {
    await progress.step('Starting the event store', () => supervisor.start(eventStore));
  }
  const servers = await serversOf(plan, settings);
  run.recordAddresses(plan, servers);
  run.recordClock(settings);
  run.recordDncProvider(dncConnectionOf(settings));
  const demoKey = await progress.step('Preparing the database', async () => {
    const { provision } = await provisioning;
    return provision({ settings, servers, masterKey: plan.masterKey });
  });
  await progress.step('Starting the worker and the api', () =>
    startApplication(plan, settings, servers, supervisor),
  );
  supervisor.allReady();
  await run.recordReady();
  ready({ plan, demoKey });
}

async function startApplication(
  plan: StackPlan,
  settings: Settings,
  servers: Servers,
  supervisor: Supervisor,
): Promise<void> {
  const telephony = telephonyPart(plan, settings);
  await Promise.all([
    ...(telephony === null ? [] : [supervisor.start(telephony)]),
    supervisor.start(workerPart(plan, settings, servers)),
    supervisor.start(apiPart(plan, settings, servers)),
  ]);
}
