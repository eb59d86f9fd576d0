import { setTimeout as pause } from 'node:timers/promises';
import { type Command } from 'commander';
import { type ReadModelsStatus } from '#libs/read-db';
import { defineAction } from '../command-action.js';
import { interruptible } from '../interruptible.js';
import { LiveText } from '../live-text.js';
import { type CommandResult, describeError } from '../output.js';
import { onStack } from './on-stack.js';
import { statusText } from './projections-text.js';

const REFRESH_EVERY_MS = 1_000;

/** `leadledger projections status` */
export function addStatusCommand(projections: Command): void {
  const command = projections
    .command('status')
    .summary('see how every read model is')
    .description(
      'Shows every build of every read model: its state, how far it is behind, what it has applied. ' +
        'On a terminal the table is kept up to date until Ctrl-C.',
    )
    .option('--once', 'show it once and end')
    .addHelpText(
      'after',
      '\nLAG is the time since the last event was recorded that the build has passed. A heartbeat is\n' +
        'recorded every 5 s, so up to that is normal. PARKED events wait for an operator.',
    );
  const examples = ['projections status', 'projections status --once --json'];
  defineAction(command, examples, status);
}

interface StatusOptions {
  readonly once?: boolean;
  readonly json?: boolean;
}

async function status({ once, json }: StatusOptions): Promise<CommandResult> {
  const live = once !== true && json !== true && process.stdout.isTTY;
  const result = await onStack((stack, { projectionsStatus }) => {
    const read = () => projectionsStatus(stack);
    return live ? interruptible((signal) => watch(read, signal)) : read();
  });
  return { text: statusText(result), json: { ...result } };
}

/** Draws the table anew until the signal comes; what it showed last is left to be printed. */
async function watch(
  read: () => Promise<ReadModelsStatus>,
  signal: AbortSignal,
): Promise<ReadModelsStatus> {
  const screen = new LiveText();
  let latest = await read();
  let note = 'Ctrl-C ends this.';
  while (!signal.aborted) {
    screen.draw(`${statusText(latest)}\n\n${new Date().toISOString()}  ${note}`);
    await pause(REFRESH_EVERY_MS, undefined, { signal }).catch(() => undefined);
    try {
      latest = await read();
      note = 'Ctrl-C ends this.';
    } catch (error) {
      note = `Nothing new: ${describeError(error).message} Trying again; Ctrl-C ends this.`;
    }
  }
  screen.clear();
  return latest;
}
