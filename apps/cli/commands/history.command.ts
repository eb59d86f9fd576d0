import { type Command } from 'commander';
import { type TenantId } from '#libs/kernel';
import { type AsOf } from '#libs/leads';
import { defineAction } from '../command-action.js';
import { type CommandResult } from '../output.js';
import { historyJson, historyText } from './history-text.js';
import { onStack } from './on-stack.js';
import { asOf, tenantId } from './option-values.js';

/** `leadledger history <leadId>` */
export function addHistoryCommand(program: Command): void {
  const command = program
    .command('history')
    .argument('<leadId>', 'as POST /v1/leads answered it')
    .summary('show everything that happened to a lead')
    .description('Shows every event of a lead in order, with its personal data opened.')
    .option(
      '--as-of <when>',
      'only up to an instant (ISO-8601), a revision (3) or a position (position:2388)',
      asOf,
    )
    .option('--tenant <id>', 'refuse the lead of any other tenant', tenantId);
  const examples = [
    'history 0b1c9e52-6d0f-8a3e-9f57-2f4f6c1d7a10',
    'history 0b1c9e52-6d0f-8a3e-9f57-2f4f6c1d7a10 --as-of 2026-07-05T12:00:00Z --json',
  ];
  defineAction(command, examples, showHistory);
}

/** The options that `history` and `replay` share. */
export interface LeadOptions {
  readonly asOf?: AsOf;
  readonly tenant?: TenantId;
}

/** What was asked for, as operations understand it. */
export function questionOf(leadId: string, options: LeadOptions) {
  return {
    leadId,
    ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
    ...(options.tenant === undefined ? {} : { tenantId: options.tenant }),
  };
}

async function showHistory(leadId: string, options: LeadOptions): Promise<CommandResult> {
  const history = await onStack((stack, { leadHistory }) =>
    leadHistory(stack, questionOf(leadId, options)),
  );
  return { text: historyText(history), json: historyJson(history) };
}
