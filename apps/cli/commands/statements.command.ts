import { type Command, Option } from 'commander';
import { type TenantId } from '#libs/kernel';
import { defineAction } from '../command-action.js';
import { type CommandResult } from '../output.js';
import { onStack } from './on-stack.js';
import { tenantId } from './option-values.js';
import { statementsText } from './statements-text.js';

/** `leadledger statements` */
export function addStatementsCommand(program: Command): void {
  const command = program
    .command('statements')
    .summary('list the statements of buyers that were imported')
    .description(
      'Lists what each statement covers, and how many of its rows count for a transfer or wait for ' +
        'one. Their ids are the token ids of their rows.',
    )
    .requiredOption('--tenant <id>', 'whose statements', tenantId)
    .option('--destination <id>', 'only those of this destination')
    .addOption(
      new Option('--status <status>', 'whether rows wait for a transfer').choices([
        ...['waiting', 'settled'],
      ]),
    );
  const examples = ['statements --tenant demo', 'statements --tenant demo --status waiting'];
  defineAction(command, examples, listStatements);
}

interface StatementsOptions {
  readonly tenant: TenantId;
  readonly destination?: string;
  readonly status?: 'waiting' | 'settled';
}

async function listStatements(options: StatementsOptions): Promise<CommandResult> {
  const { tenant, destination, status } = options;
  const filter = {
    ...(destination !== undefined && { destinationId: destination.toLowerCase() }),
    ...(status !== undefined && { status }),
  };
  const statements = await onStack((stack, { statementsOf }) =>
    statementsOf(stack, tenant, filter),
  );
  return { text: statementsText(statements), json: { statements } };
}
