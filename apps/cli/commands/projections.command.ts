import { type Command } from 'commander';
import { type ProjectionAction } from '#libs/read-db';
import { defineAction } from '../command-action.js';
import { type CommandResult } from '../output.js';
import { addDeadLettersCommands } from './dead-letters.command.js';
import { onStack } from './on-stack.js';
import { positiveInteger } from './option-values.js';
import { addAuditCommand, addVerifyCommand } from './projections-proof.command.js';
import { addRebuildCommands } from './projections-rebuild.command.js';
import { addStatusCommand } from './projections-status.command.js';

/** `leadledger projections …` */
export function addProjectionsCommands(program: Command): void {
  const projections = program
    .command('projections')
    .summary('watch, rebuild and repair read models')
    .description('Read models: how they are, filling them anew, going back, and repair.');
  addStatusCommand(projections);
  addRebuildCommands(projections);
  addCancel(projections);
  addDrop(projections);
  addVerifyCommand(projections);
  addAuditCommand(projections);
  addDeadLettersCommands(projections);
}

function addCancel(projections: Command): void {
  const command = projections
    .command('cancel')
    .argument('<name>', 'the read model')
    .summary('stop a rebuild')
    .description('Stops filling a build. What is filled stays; resume goes on with it.')
    .option('--build <n>', 'which build; the one being filled if left out', positiveInteger);
  defineAction(command, ['projections cancel lead_list'], (name: string, options: BuildOptions) =>
    steer('cancel', name, options, 'is cancelled; projections resume goes on with it.'),
  );
}

function addDrop(projections: Command): void {
  const command = projections
    .command('drop')
    .argument('<name>', 'the read model')
    .summary('remove a build that is not served')
    .description('Removes a build that is kept, cancelled or given up, with its table.')
    .requiredOption('--build <n>', 'which build, as status shows it', positiveInteger);
  defineAction(
    command,
    ['projections drop lead_list --build 1'],
    (name: string, options: BuildOptions) =>
      steer('drop', name, options, 'is removed with its table.'),
  );
}

interface BuildOptions {
  readonly build?: number;
}

async function steer(
  action: ProjectionAction,
  name: string,
  { build }: BuildOptions,
  done: string,
): Promise<CommandResult> {
  const request = await onStack((stack, { askWorker }) =>
    askWorker(stack, { action, name, build }),
  );
  return {
    text: `Build ${request.build ?? build ?? ''} of ${name} ${done}`,
    json: { action, name, build: request.build, requestId: request.id, outcome: request.outcome },
  };
}
