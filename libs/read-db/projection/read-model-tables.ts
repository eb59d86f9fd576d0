import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { DomainError } from '#libs/kernel';
import { tenantRowSecurity } from '../row-security.js';
import { type OperationalTables } from '../tables.js';
import { type BuildState } from './builds.js';
import { type Projection } from './projection.js';
import { columnName, type PartialIndex, present } from './table.js';
import { versionedTable } from './table-statements.js';

type Owner = Kysely<OperationalTables>;

/**
 * Makes sure, as owner, that every projection has a build of the version this program knows.
 *
 * The view of the projection's name is what queries read. A name's first build is served at once; a
 * later version's is asked for, on behalf of `deploy`, to be filled beside the one that is served
 * and switched in when it is ready. Until then queries see the columns and rows of the version
 * before: the api of that version goes on as ever, while a new api that asks for a new column is
 * refused by the database. So the api is upgraded after the switch, or put up with for minutes.
 */
export async function createReadModels(
  owner: Owner,
  projections: readonly Projection[],
): Promise<void> {
  await owner.transaction().execute(async (transaction) => {
    await lockBuilds(transaction);
    const isNew = await hasAppliedNothing(transaction);
    for (const projection of projections) await createReadModel(transaction, projection, isNew);
  });
}

/** Whoever makes, removes or switches builds does so alone, until its transaction ends. */
export async function lockBuilds(transaction: Owner): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('leadledger:read-models', 0))`.execute(
    transaction,
  );
}

/** Then live application is the fill, and no rebuilder is needed. */
async function hasAppliedNothing(transaction: Owner): Promise<boolean> {
  const applied = await transaction
    .selectFrom('projectionBuild')
    .select('build')
    .where('position', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return applied === undefined;
}

async function createReadModel(
  transaction: Owner,
  projection: Projection,
  isNew: boolean,
): Promise<void> {
  const { name, version } = projection;
  const builds = await transaction
    .selectFrom('projectionBuild')
    .select(['build', 'version', 'shape', 'state', 'serving'])
    .where('name', '=', name)
    .orderBy('build')
    .execute();
  const same = builds.filter((each) => each.version === version);
  if (same.length > 0) {
    if (same.some(({ shape }) => shape !== shapeOf(projection)))
      throw changedWithoutVersion(projection);
    const again = takenBack(version, builds);
    if (again !== null) await askAgain(transaction, name, again);
    return;
  }
  if (builds.some((each) => each.version > version)) return;
  const serving = builds.length === 0;
  const state = serving && isNew ? 'live' : 'requested';
  const { tableName } = await createBuild(transaction, projection, {
    state,
    serving,
    requestedBy: 'deploy',
  });
  if (state === 'live') await sql.raw(indexDefinitions(projection, tableName)).execute(transaction);
  if (serving) await sql.raw(viewDefinition(projection, tableName, false)).execute(transaction);
}

interface KnownBuild {
  readonly build: number;
  readonly version: number;
  readonly state: BuildState;
  readonly serving: boolean;
}

/** The build of a version that was served until an earlier one was deployed again; `null`: none. */
function takenBack(version: number, builds: readonly KnownBuild[]): number | null {
  const served = builds.find(({ serving }) => serving);
  if (served === undefined || served.version >= version) return null;
  const same = builds.filter((each) => each.version === version);
  if (same.some(({ state }) => ['requested', 'building', 'live'].includes(state))) return null;
  return same.findLast(({ state }) => state === 'kept')?.build ?? null;
}

async function askAgain(transaction: Owner, name: string, build: number): Promise<void> {
  await transaction
    .updateTable('projectionBuild')
    .set({ ...requestedAgain, requestedBy: 'deploy', updatedAt: sql<string>`clock_timestamp()` })
    .where('name', '=', name)
    .where('build', '=', build)
    .execute();
}

/** What becomes of a build that is to be gone on with. */
export const requestedAgain = {
  state: 'requested',
  finishedAt: null,
  failure: null,
  finding: null,
} as const;

/** How a build begins. */
export interface NewBuild {
  readonly state: BuildState;
  readonly serving: boolean;
  readonly requestedBy: string;
}

/**
 * Adds a build with an empty table, under {@link lockBuilds}. The table has its key, but no other
 * index yet: those are made when it is full.
 */
export async function createBuild(
  transaction: Owner,
  projection: Projection,
  begin: NewBuild,
): Promise<{ readonly build: number; readonly tableName: string }> {
  const { name, version } = projection;
  const { last } = await transaction
    .selectFrom('projectionBuild')
    .select(sql<number>`coalesce(max(build), 0)`.as('last'))
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  const build = last + 1;
  const tableName = `${versionedTable(projection)}_b${build}`;
  await sql.raw(tableDefinition(projection, tableName, '')).execute(transaction);
  if (begin.state !== 'live') await sql.raw(leftAlone(tableName)).execute(transaction);
  await transaction
    .insertInto('projectionBuild')
    .values({ name, build, version, tableName, shape: shapeOf(projection), ...begin })
    .execute();
  return { build, tableName };
}

/** The same text for a version as long as its declaration is, whichever table it is for. */
function shapeOf(projection: Projection): string {
  const name = versionedTable(projection);
  const indexes = indexStatements(projection, name, 'create index');
  const definition = tableDefinition(projection, name, indexes.join('\n'));
  return createHash('sha256').update(definition).digest('base64url');
}

function tableDefinition({ table }: Projection, name: string, indexes: string): string {
  const columns = Object.entries(table.columns).map(
    ([property, column]) =>
      `${columnName(property)} ${column.sql}${column.nullable ? '' : ' not null'}`,
  );
  return `
    create table ${name} (${[...columns, `primary key (${columnList(table.key)})`].join(', ')});
    ${indexes}
    ${tenantRowSecurity(name, ['select'])}`;
}

/** While a table is filled, to look after it is work for nothing, and is behind nobody's work. */
function leftAlone(tableName: string): string {
  return `alter table ${tableName} set (autovacuum_enabled = false);`;
}

/** Once it is full, it is looked after as any other. */
function lookedAfter(tableName: string): string {
  return `alter table ${tableName} reset (autovacuum_enabled);`;
}

/**
 * The statements that give a table that was filled everything else it needs to be queried; they may
 * be run again. To be sent as one text, so that they have their memory to themselves.
 */
export function completionOf(projection: Projection, tableName: string): string {
  return [
    `set local maintenance_work_mem = '${indexingMemory}';`,
    indexDefinitions(projection, tableName),
    lookedAfter(tableName),
    `analyze ${tableName};`,
  ].join('\n');
}

/** What an index of some million rows is sorted in without files. */
const indexingMemory = '128MB';

/** The statements that give a table its indexes, those it has already left out. */
export function indexDefinitions(projection: Projection, tableName: string): string {
  return indexStatements(projection, tableName, 'create index if not exists').join('\n');
}

function indexStatements({ table }: Projection, tableName: string, create: string): string[] {
  const indexes = table.indexes.map((each) => indexed(table, each));
  return [...indexes, ...table.partialIndexes.map(partlyIndexed)].map(
    (what, index) => `${create} ${tableName}_${index + 1} on ${tableName} ${what};`,
  );
}

function partlyIndexed({ columns, where }: PartialIndex): string {
  const conditions = Object.entries(where).map(
    ([name, value = present]) => `${columnName(name)} ${valued(value)}`,
  );
  return `(${columnList(columns)}) where ${conditions.join(' and ')}`;
}

function valued(value: string | boolean | typeof present): string {
  if (value === present) return 'is not null';
  return typeof value === 'boolean' ? `= ${value}` : `= '${value.replaceAll("'", "''")}'`;
}

/** A list of words alone is indexed by each of its words. */
function indexed({ columns }: Projection['table'], properties: readonly string[]): string {
  const [only = ''] = properties;
  const isList = properties.length === 1 && columns[only]?.sql.endsWith('[]') === true;
  return `${isList ? 'using gin ' : ''}(${columnList(properties)})`;
}

/**
 * The statements that let the projection's view show a table. `isAlike`: a table of the same
 * columns as before, so that views somebody made on top of it can stay.
 *
 * It reads with the rights of whoever asks, so that row-level security holds through it.
 */
export function viewDefinition(
  { name, table }: Projection,
  tableName: string,
  isAlike: boolean,
): string {
  const columns = columnList(Object.keys(table.columns));
  return `
    ${isAlike ? '' : `drop view if exists ${name};`}
    create or replace view ${name} with (security_invoker = true) as
      select ${columns} from ${tableName};
    grant select on ${name} to leadledger_api, leadledger_worker;`;
}

const columnList = (properties: readonly string[]) => properties.map(columnName).join(', ');

function changedWithoutVersion({ name, version }: Projection): DomainError {
  return new DomainError(
    'illegal_state',
    'read_model_changed',
    `The table of ${name} is not the one version ${version} was created with. Raise its version.`,
  );
}
