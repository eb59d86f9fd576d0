import { type Command } from 'commander';
import { DomainError } from '#libs/kernel';
import { type BuildStatus, type ProjectionRequest } from '#libs/read-db';
import { defineAction } from '../command-action.js';
import { type StackConnection } from '../connection/stack-connection.js';
import { interruptible } from '../interruptible.js';
import type * as Operations from '../operations/index.js';
import { type CommandResult } from '../output.js';
import { ProgressBar } from '../progress-bar.js';
import { onStack } from './on-stack.js';
import { positiveInteger } from './option-values.js';
import { outcomeText, rebuildLine } from './projections-text.js';

/** As a shell has it for a command that Ctrl-C ended. */
const INTERRUPTED = 130;

/** `leadledger projections rebuild|resume|rollback`: what fills a build and is watched. */
export function addRebuildCommands(projections: Command): void {
  addRebuild(projections);
  addResume(projections);
  addRollback(projections);
}

const watched =
  '\nCtrl-C stops the watching, not the work; projections status shows how it goes on.\n' +
  'Ends with an error if the build is given up: then the table before it is still served.';

function addRebuild(projections: Command): void {
  const command = projections
    .command('rebuild')
    .argument('[name]', 'the read model; or --all')
    .summary('fill a read model anew from the log, and switch to it')
    .description(
      'Fills a new table from the beginning of the log beside the one that is served, verifies it, ' +
        'and switches to it. Nobody is stopped meanwhile, and the table before it is kept.',
    )
    .option('--all', 'every read model, from one reading of the log')
    .option('--detach', 'do not wait for it')
    .addHelpText('after', watched);
  const examples = ['projections rebuild lead_list', 'projections rebuild --all --detach'];
  defineAction(command, examples, rebuild);
}

function addResume(projections: Command): void {
  const command = projections
    .command('resume')
    .argument('<name>', 'the read model')
    .summary('go on with a build that was cancelled or given up')
    .description('Goes on filling a build from where it stood.')
    .option('--build <n>', 'which build; the last one if left out', positiveInteger)
    .option('--detach', 'do not wait for it')
    .addHelpText('after', watched);
  defineAction(command, ['projections resume lead_list'], resume);
}

function addRollback(projections: Command): void {
  const command = projections
    .command('rollback')
    .argument('<name>', 'the read model')
    .summary('serve the build before again')
    .description('Brings the build that was served before up to date, and then serves it again.')
    .option('--build <n>', 'which build; the one kept last if left out', positiveInteger)
    .option('--detach', 'do not wait for it')
    .addHelpText('after', watched);
  defineAction(command, ['projections rollback lead_list'], rollback);
}

interface WatchOptions {
  readonly detach?: boolean;
}

interface BuildOptions extends WatchOptions {
  readonly build?: number;
}

function rebuild(
  name: string | undefined,
  { all = false, detach }: WatchOptions & { readonly all?: boolean },
): Promise<CommandResult> {
  if ((name === undefined) !== all) throw nameOrAll();
  return onStack(async (stack, operations) => {
    const names = await operations.projectionNames(stack, name);
    const requests = await askAll(stack, operations, names);
    return watch(stack, operations, requests, detach === true);
  });
}

/** All are asked for before any is waited for, so that they are filled from one reading. */
async function askAll(
  stack: StackConnection,
  { askWorker }: typeof Operations,
  names: readonly string[],
): Promise<ProjectionRequest[]> {
  const asked = await Promise.allSettled(
    names.map((name) => askWorker(stack, { action: 'rebuild', name })),
  );
  const begun = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const refusals = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
  const [first] = refusals;
  if (first === undefined) return begun;
  throw begun.length === 0 ? first : notAllBegun(refusals, begun);
}

function resume(name: string, { build, detach }: BuildOptions): Promise<CommandResult> {
  return onStack(async (stack, operations) => {
    const request = await operations.askWorker(stack, { action: 'resume', name, build });
    return watch(stack, operations, [request], detach === true);
  });
}

function rollback(name: string, { build, detach }: BuildOptions): Promise<CommandResult> {
  return onStack(async (stack, operations) => {
    const request = await operations.askWorker(stack, { action: 'rollback', name, build });
    return watch(stack, operations, [request], detach === true);
  });
}

/** Waits with a progress bar on stderr until the builds are served, unless `detached`. */
async function watch(
  stack: StackConnection,
  { followBuilds, hasEnded }: typeof Operations,
  requests: readonly ProjectionRequest[],
  detached: boolean,
): Promise<CommandResult> {
  const builds = requests.map(({ name, build }) => ({ name, build: build ?? 0 }));
  const named = namesOf(requests);
  if (detached) {
    const text = `Begun: ${named}. projections status shows how far it is.`;
    return { text, json: { finished: false, builds } };
  }
  const bar = new ProgressBar();
  const last = await interruptible((signal) =>
    followBuilds(stack, builds, signal, (now) => {
      bar.showText(rebuildLine(now), now.every(hasEnded));
    }),
  );
  bar.end();
  if (last !== null) return ended(requests, last);
  process.exitCode = INTERRUPTED;
  const text = `No longer watching; the work goes on: ${named}. projections cancel <name> ends it.`;
  return { text, json: { finished: false, builds } };
}

function ended(
  requests: readonly ProjectionRequest[],
  builds: readonly BuildStatus[],
): CommandResult {
  const isThere = ({ name, build }: ProjectionRequest) =>
    builds.some((one) => one.name === name && one.build === build);
  const gone = requests.filter((request) => !isThere(request));
  const text = [
    ...builds.map(outcomeText),
    ...gone.map((one) => `${namesOf([one])} was dropped.`),
  ].join('\n');
  if (gone.length > 0 || builds.some(({ serving }) => !serving)) throw rebuildFailed(text);
  const goBack = builds.length === 1 ? (builds[0]?.name ?? '') : '<name>';
  return {
    text: `${text}\nThe table before is kept: projections rollback ${goBack} goes back to it.`,
    json: {
      finished: true,
      builds: builds.map(({ name, build, finding, appliedCount, position }) => ({
        ...{ name, build, verification: finding, eventsApplied: Number(appliedCount), position },
      })),
    },
  };
}

function rebuildFailed(outcomes: string): DomainError {
  return new DomainError(
    'illegal_state',
    'rebuild_failed',
    `${outcomes}\nThe table before is still served. Remove the cause, then projections resume <name>.`,
  );
}

function notAllBegun(refusals: readonly Error[], begun: readonly ProjectionRequest[]): DomainError {
  return new DomainError(
    'illegal_state',
    'projection_request_refused',
    `${refusals.map(({ message }) => message).join('\n')}\nThe others are begun: ` +
      `${namesOf(begun)}. projections status shows how far they are.`,
  );
}

function namesOf(builds: readonly Pick<ProjectionRequest, 'name' | 'build'>[]): string {
  return builds.map(({ name, build }) => `${name} build ${build ?? '?'}`).join(', ');
}

function nameOrAll(): DomainError {
  return new DomainError(
    'validation',
    'usage',
    'Name the read model to rebuild, or give --all; projections status lists them.',
  );
}
