import { type ScratchSchema } from '#libs/read-db';
import { type LeadReplay, type ReplayStep } from '../operations/replay-lead.js';
import { type TenantReplay, type TenantReplayRequest } from '../operations/replay-tenant.js';
import { count } from '../progress-bar.js';
import { table } from '../table-text.js';
import { fieldLines, valueText } from './field-lines.js';
import { actorText } from './history-text.js';

/** A replay as a person reads it: each event with what it changed, and the state it ends in. */
export function replayText({ leadId, tenantId, steps, state }: LeadReplay): string {
  const events = steps.length === 1 ? '1 event' : `${steps.length} events`;
  return [
    `Lead ${leadId} of tenant ${tenantId}, folded from ${events}`,
    ...steps.map(stepText),
    ['State', ...fieldLines(state, '  ')].join('\n'),
  ].join('\n\n');
}

function stepText({ revision, recordedAt, type, actor, changes }: ReplayStep): string {
  const width = Math.max(0, ...changes.map(({ field }) => field.length));
  const lines = changes.map(({ field, before, after }) => {
    const was = before === undefined ? '' : `${valueText(before)} → `;
    return `       ${field.padEnd(width)}  ${was}${valueText(after)}`;
  });
  const head = `${String(revision).padStart(3)}  ${recordedAt}  ${type}  by ${actorText(actor)}`;
  return [head, ...(lines.length === 0 ? ['       changes nothing'] : lines)].join('\n');
}

/** Where a tenant’s read models are now, what they hold, and how to look into them. */
export function tenantReplayText(
  { tenantId }: TenantReplayRequest,
  { schema, moment, models }: TenantReplay,
): string {
  const when = moment.kind === 'instant' ? moment.instant : `position ${moment.position}`;
  return [
    `Read models of tenant ${tenantId} as of ${when}, in schema ${schema}`,
    table(
      ['READ MODEL', 'VERSION', 'ROWS', 'EVENTS', 'DIGEST OF EVENTS', 'DIGEST OF ROWS'],
      models.map(({ name, version, rows, events, eventDigest, rowDigest }) => [
        ...[name, String(version), count(Number(rows)), count(events), eventDigest, rowDigest],
      ]),
      'There is no read model.',
    ),
    [
      'Look into it (DATABASE_URL, or databaseUrl in run.json of DATA_DIR):',
      ...exampleLines(),
    ].join('\n'),
    `Remove it:\n  npm run -s leadledger -- replay --drop ${schema}`,
  ].join('\n\n');

  function exampleLines(): string[] {
    return [`  psql "$DATABASE_URL" -c "${exampleQuery({ tenantId, schema, models })}"`];
  }
}

/** What to ask the database first. Rows show only to who names the tenant. */
export function exampleQuery({
  tenantId,
  schema,
  models,
}: Pick<TenantReplay, 'schema' | 'models'> & Pick<TenantReplayRequest, 'tenantId'>): string {
  const largest = models.toSorted((a, b) => Number(b.rows - a.rows))[0]?.name ?? 'lead_list';
  return `set app.tenant = '${tenantId}'; select * from ${schema}.${largest} limit 10`;
}

/** Scratch schemas as a person reads them. */
export function scratchSchemasText(schemas: readonly ScratchSchema[]): string {
  return table(
    ['SCHEMA', 'TENANT', 'AS OF', 'MADE AT', 'STATE', 'SIZE'],
    schemas.map(({ schema, tenantId, asOf, madeAt, state, bytes }) => [
      ...[schema, tenantId, asOf, madeAt, state, `${count(Number(bytes) / 1024)} KiB`],
    ]),
    'There is no scratch schema; make one: replay --tenant <id> --as-of <instant>',
  );
}
