import { type Command } from 'commander';
import { defineAction } from '../command-action.js';
import { type CommandResult } from '../output.js';
import { type LeadOptions, questionOf } from './history.command.js';
import { onStack } from './on-stack.js';
import { asOf, tenantId } from './option-values.js';
import { replayText } from './replay-text.js';

/** `leadledger replay <leadId>` */
export function addReplayCommand(program: Command): void {
  const command = program
    .command('replay')
    .argument('<leadId>', 'as POST /v1/leads answered it')
    .summary('fold a lead step by step')
    .description(
      'Folds a lead’s events anew and shows what each of them changed, ending in its state.',
    )
    .option('--as-of <when>', 'only up to a revision (3) or an instant (ISO-8601)', asOf)
    .option('--tenant <id>', 'refuse the lead of any other tenant', tenantId);
  const examples = [
    'replay 0b1c9e52-6d0f-8a3e-9f57-2f4f6c1d7a10',
    'replay 0b1c9e52-6d0f-8a3e-9f57-2f4f6c1d7a10 --as-of 1',
  ];
  defineAction(command, examples, replay);
}

async function replay(leadId: string, options: LeadOptions): Promise<CommandResult> {
  const result = await onStack((stack, { replayLead }) =>
    replayLead(stack, questionOf(leadId, options)),
  );
  return { text: replayText(result), json: { ...result } };
}
