import { type Command } from 'commander';
import { type Moment } from '#libs/event-store';
import { DomainError, type TenantId } from '#libs/kernel';
import { type AsOf } from '#libs/leads';
import { defineAction } from '../command-action.js';
import { type TenantReplayRequest, type TenantReplayRun } from '../operations/replay-tenant.js';
import { type CommandResult } from '../output.js';
import { ProgressBar } from '../progress-bar.js';
import { type LeadOptions, questionOf } from './history.command.js';
import { onStack } from './on-stack.js';
import { asOf, each, tenantId } from './option-values.js';
import { exampleQuery, replayText, scratchSchemasText, tenantReplayText } from './replay-text.js';

/** `leadledger replay --lead …`, `replay --tenant …` and what belongs to it */
export function addReplayCommand(program: Command): void {
  const command = program
    .command('replay')
    .argument('[leadId]', 'the same as --lead')
    .summary('see a lead, or all read models of a tenant, as they stood at a moment')
    .description(
      'With --lead: folds a lead’s events anew and shows what each of them changed, ending in its ' +
        'state.\nWith --tenant: builds the tenant’s read models as they stood at a moment in a schema ' +
        'of their own, which only the owner of the database may read. Nothing else is touched.',
    )
    .option('--lead <id>', 'a lead, as POST /v1/leads answered it')
    .option(
      '--tenant <id>',
      'whose read models; with --lead: refuse the lead of any other',
      tenantId,
    )
    .option(
      '--as-of <when>',
      'an instant (ISO-8601) or position of the log (2388; with --lead position:2388, and 3 is a revision)',
      asOf,
    )
    .option('--projection <name>', 'this read model only; repeatable', each)
    .option('--schema <name>', 'the schema to make; replay_<tenant>_<when> if left out')
    .option('--replace', 'make the schema anew if it is there')
    .option('--list-schemas', 'list the schemas that were made')
    .option('--drop <schema>', 'remove one of them');
  const examples = [
    'replay --lead 0b1c9e52-6d0f-8a3e-9f57-2f4f6c1d7a10 --as-of 2026-07-05T12:00:00Z',
    'replay --tenant demo --as-of 2026-07-05T12:00:00Z --projection lead_list',
    'replay --list-schemas',
    'replay --drop replay_demo_20260705t120000',
  ];
  defineAction(command, examples, replay);
}

interface ReplayOptions extends LeadOptions {
  readonly lead?: string;
  readonly projection?: readonly string[];
  readonly schema?: string;
  readonly replace?: boolean;
  readonly listSchemas?: boolean;
  readonly drop?: string;
}

function replay(leadId: string | undefined, options: ReplayOptions): Promise<CommandResult> {
  const lead = options.lead ?? leadId;
  if (options.listSchemas === true) return listSchemas();
  if (options.drop !== undefined) return dropSchema(options.drop);
  if (lead !== undefined) return replayOne(lead, options);
  if (options.tenant !== undefined) return replayAll(options.tenant, options);
  throw new DomainError(
    'validation',
    'usage',
    'Say what to replay: --lead <id>, or --tenant <id> with --as-of <when>.',
  );
}

async function replayOne(leadId: string, options: LeadOptions): Promise<CommandResult> {
  const result = await onStack((stack, { replayLead }) =>
    replayLead(stack, questionOf(leadId, options)),
  );
  return { text: replayText(result), json: { ...result } };
}

async function replayAll(tenant: TenantId, options: ReplayOptions): Promise<CommandResult> {
  const { projection, schema, replace = false } = options;
  const request: TenantReplayRequest = {
    ...{ tenantId: tenant, replace },
    ...(options.asOf !== undefined && { moment: momentOf(options.asOf) }),
    ...(projection !== undefined && { projections: projection }),
    ...(schema !== undefined && { schema }),
  };
  const startedAt = performance.now();
  const result = await withProgress((run) =>
    onStack((stack, { replayTenant }) => replayTenant(stack, request, run)),
  );
  const seconds = Math.round(performance.now() - startedAt) / 1_000;
  const query = exampleQuery({ ...result, tenantId: tenant });
  return {
    text: tenantReplayText(request, result),
    json: { tenantId: tenant, ...result, exampleQuery: query, seconds },
  };
}

/** Of a tenant a bare number is a position: only streams have revisions. */
function momentOf(when: AsOf): Moment {
  return when.kind === 'revision' ? { kind: 'position', position: when.revision } : when;
}

/** Shows a progress bar on stderr; Ctrl-C ends the replay and leaves nothing behind. */
async function withProgress<Result>(
  work: (run: TenantReplayRun) => Promise<Result>,
): Promise<Result> {
  const stopping = new AbortController();
  const stop = () => {
    stopping.abort();
  };
  const bar = new ProgressBar();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await work({
      signal: stopping.signal,
      onProgress: ({ read, position, head }) => {
        bar.showWalk(read, head === 0n ? 1 : Number((position * 10_000n) / head) / 10_000);
      },
    });
  } finally {
    bar.end();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

async function listSchemas(): Promise<CommandResult> {
  const schemas = await onStack((stack, { listReplays }) => listReplays(stack));
  return { text: scratchSchemasText(schemas), json: { schemas } };
}

async function dropSchema(wished: string): Promise<CommandResult> {
  const schema = await onStack((stack, { dropReplay }) => dropReplay(stack, wished));
  return { text: `Schema ${schema} is removed.`, json: { dropped: schema } };
}
