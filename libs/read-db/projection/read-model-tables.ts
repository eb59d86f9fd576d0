import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { DomainError } from '#libs/kernel';
import { tenantRowSecurity } from '../row-security.js';
import { type OperationalTables } from '../tables.js';
import { type Projection } from './projection.js';
import { columnName } from './table.js';
import { versionedTable } from './table-statements.js';

/**
 * Creates the table and the checkpoint of every projection version that has none yet, as owner.
 *
 * The view of the projection's name is what queries read. It shows the first version there is; a
 * later version fills its own table beside it until the view is switched.
 */
export async function createReadModels(
  owner: Kysely<OperationalTables>,
  projections: readonly Projection[],
): Promise<void> {
  await owner.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('leadledger:read-models', 0))`.execute(
      transaction,
    );
    for (const projection of projections) await createReadModel(transaction, projection);
  });
}

async function createReadModel(
  transaction: Kysely<OperationalTables>,
  projection: Projection,
): Promise<void> {
  const { name, version } = projection;
  const shape = createHash('sha256').update(tableDefinition(projection)).digest('base64url');
  const versions = await transaction
    .selectFrom('projectionCheckpoint')
    .select(['version', 'shape'])
    .where('name', '=', name)
    .execute();
  const known = versions.find((each) => each.version === version);
  if (known !== undefined) {
    if (known.shape !== shape) throw changedWithoutVersion(projection);
    return;
  }
  const serving = versions.length === 0;
  await sql.raw(tableDefinition(projection)).execute(transaction);
  if (serving) await sql.raw(viewDefinition(projection)).execute(transaction);
  await transaction
    .insertInto('projectionCheckpoint')
    .values({ name, version, shape, serving })
    .execute();
}

function tableDefinition(projection: Projection): string {
  const { table } = projection;
  const name = versionedTable(projection);
  const columns = Object.entries(table.columns).map(
    ([property, column]) =>
      `${columnName(property)} ${column.sql}${column.nullable ? '' : ' not null'}`,
  );
  const key = table.key.map(columnName).join(', ');
  const indexes = table.indexes.map(
    (each, index) =>
      `create index ${name}_${index + 1} on ${name} (${each.map(columnName).join(', ')});`,
  );
  return `
    create table ${name} (${[...columns, `primary key (${key})`].join(', ')});
    ${indexes.join('\n')}
    ${tenantRowSecurity(name, ['select'])}`;
}

/** Reads with the rights of whoever asks, so that row-level security holds through it. */
function viewDefinition(projection: Projection): string {
  const columns = Object.keys(projection.table.columns).map(columnName).join(', ');
  return `
    create view ${projection.name} with (security_invoker = true) as
      select ${columns} from ${versionedTable(projection)};
    grant select on ${projection.name} to leadledger_api, leadledger_worker;`;
}

function changedWithoutVersion({ name, version }: Projection): DomainError {
  return new DomainError(
    'illegal_state',
    'read_model_changed',
    `The table of ${name} is not the one version ${version} was created with. Raise its version.`,
  );
}
