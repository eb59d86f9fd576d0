import { type Command } from 'commander';
import { type TenantId } from '#libs/kernel';
import { defineAction } from '../command-action.js';
import { type CommandResult } from '../output.js';
import { changeText, dialingText } from './dialing-text.js';
import { onStack } from './on-stack.js';
import { tenantId } from './option-values.js';

/** `leadledger dialing …` */
export function addDialingCommands(program: Command): void {
  const dialing = program
    .command('dialing')
    .summary('see whether a tenant dials, stop it at once, let it go on')
    .description('Whether and how a tenant dials.');
  defineAction(
    dialing
      .command('status')
      .summary('show whether and how a tenant dials')
      .description('Shows the settings in force, the emergency stop and paused sources.')
      .requiredOption('--tenant <id>', 'whose dialing', tenantId),
    ['dialing status --tenant demo', 'dialing status --tenant demo --json'],
    showStatus,
  );
  addStop(dialing);
  addResume(dialing);
}

function addStop(dialing: Command): void {
  defineAction(
    dialing
      .command('stop')
      .summary('pull the emergency stop')
      .description(
        'From then on nobody is dialed, neither consumers nor destinations. Calls under way go on.',
      )
      .requiredOption('--tenant <id>', 'whose dialing', tenantId)
      .option('--reason <text>', 'why, for the record'),
    ['dialing stop --tenant demo', 'dialing stop --tenant demo --reason "complaints"'],
    (options: ChangeOptions) => change(options, 'StopDialing'),
  );
}

function addResume(dialing: Command): void {
  defineAction(
    dialing
      .command('resume')
      .summary('dial again after an emergency stop')
      .description('Leads that waited are dialed, as far as they still may be.')
      .requiredOption('--tenant <id>', 'whose dialing', tenantId)
      .option('--reason <text>', 'why, for the record'),
    ['dialing resume --tenant demo --reason "the list was cleaned"'],
    (options: ChangeOptions) => change(options, 'ResumeDialing'),
  );
}

interface ChangeOptions {
  readonly tenant: TenantId;
  readonly reason?: string;
}

async function showStatus({ tenant }: ChangeOptions): Promise<CommandResult> {
  const dialing = await onStack((stack, { dialingStatus }) => dialingStatus(stack, tenant));
  return { text: dialingText(tenant, dialing), json: { tenantId: tenant, ...dialing } };
}

async function change(
  { tenant, reason: given }: ChangeOptions,
  type: 'StopDialing' | 'ResumeDialing',
): Promise<CommandResult> {
  const reason = given ?? null;
  const { dialing, position } = await onStack((stack, { changeDialing }) =>
    changeDialing(stack, tenant, { type, reason }),
  );
  const { stopped } = dialing;
  const changed = position !== null;
  return {
    text: changeText(tenant, stopped, changed),
    json: { tenantId: tenant, stopped, changed, reason },
  };
}
