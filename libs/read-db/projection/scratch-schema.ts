import { type ClientBase } from 'pg';
import { DomainError, type TenantId } from '#libs/kernel';
import { type Database } from '../database.js';
import { tenantLimit } from '../row-security.js';
import { type Projection } from './projection.js';
import { columnName } from './table.js';

/** What a scratch schema holds, as its comment in the database says. */
export interface ScratchNote {
  readonly tenantId: TenantId;
  /** An instant (ISO-8601), or a position of the log. */
  readonly asOf: string;
  readonly madeAt: string;
  /** `filling`: whoever makes it is at work, or was killed. */
  readonly state: 'filling' | 'complete';
}

/** A schema with read models of one tenant as they stood at a moment. */
export interface ScratchSchema extends ScratchNote {
  readonly schema: string;
  readonly tables: readonly string[];
  /** On disk, indexes included. */
  readonly bytes: bigint;
}

const NAME = /^replay_[a-z0-9_]{1,56}$/;
/** By which our schemas are known: nothing without it is ever dropped. */
const MARK = 'leadledger replay ';

/**
 * The name of a scratch schema, `replay_` put before it where it is missing. Throws
 * `scratch_schema_name`.
 */
export function scratchSchemaName(wished: string): string {
  const name = wished.startsWith('replay_') ? wished : `replay_${wished}`;
  if (NAME.test(name)) return name;
  throw new DomainError(
    'validation',
    'scratch_schema_name',
    'Give the schema a name of a-z, 0-9 and _, at most 63 with the replay_ it begins with.',
  );
}

/**
 * Makes a schema that only its owner may use, with an empty table for each projection, without
 * indexes yet, and makes it what unqualified names on this connection mean. Throws
 * `scratch_schema_exists`.
 *
 * The tables are limited by row-level security to one tenant at a time, their owner included, as
 * the live ones are.
 */
export async function createScratchSchema(
  client: ClientBase,
  schema: string,
  note: ScratchNote,
  projections: readonly Projection[],
): Promise<void> {
  await client.query('begin');
  await client.query(`create schema ${schema}`).catch((error: unknown) => {
    throw isDuplicate(error) ? alreadyThere(schema) : error;
  });
  await writeNote(client, schema, note);
  await client.query(`set search_path to ${schema}`);
  for (const projection of projections) await client.query(tableDefinition(projection));
  await client.query('commit');
}

/** Says anew what a schema holds. */
export async function writeNote(
  client: ClientBase,
  schema: string,
  note: ScratchNote,
): Promise<void> {
  const text = (MARK + JSON.stringify(note)).replaceAll("'", "''");
  await client.query(`comment on schema ${schema} is '${text}'`);
}

function tableDefinition({ name, table }: Projection): string {
  const columns = Object.entries(table.columns).map(
    ([property, { sql, nullable }]) =>
      `${columnName(property)} ${sql}${nullable ? '' : ' not null'}`,
  );
  const key = `primary key (${table.key.map(columnName).join(', ')})`;
  return `create table ${name} (${[...columns, key].join(', ')}); ${tenantLimit(name)}`;
}

/** Every scratch schema of the database, the latest first. */
export async function listScratchSchemas({ pool }: Database): Promise<ScratchSchema[]> {
  const { rows } = await pool.query<{
    schema: string;
    note: string;
    tables: string[];
    bytes: bigint;
  }>(
    `select n.nspname as schema, obj_description(n.oid, 'pg_namespace') as note,
            coalesce(array_agg(c.relname::text order by c.relname)
              filter (where c.oid is not null), '{}') as tables,
            coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint as bytes
       from pg_namespace n
       left join pg_class c on c.relnamespace = n.oid and c.relkind = 'r'
      where n.nspname like 'replay\\_%'
        and starts_with(obj_description(n.oid, 'pg_namespace'), $1)
      group by n.oid, n.nspname`,
    [MARK],
  );
  return rows
    .map(({ note, ...rest }) => ({
      ...(JSON.parse(note.slice(MARK.length)) as ScratchNote),
      ...rest,
    }))
    .sort((a, b) => (a.madeAt < b.madeAt ? 1 : -1));
}

/** Removes a scratch schema and everything in it. Rejects with `scratch_schema_not_found`. */
export async function dropScratchSchema(database: Database, schema: string): Promise<void> {
  const schemas = await listScratchSchemas(database);
  if (!schemas.some((each) => each.schema === schema)) throw noSuchSchema(schema);
  await database.pool.query(`drop schema if exists ${schema} cascade`);
}

function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(42P06|23505)$/.test(String(error.code));
}

function alreadyThere(schema: string): DomainError {
  return new DomainError(
    'conflict',
    'scratch_schema_exists',
    `There is a schema ${schema} already. Give another name, replace it, or drop it first.`,
  );
}

function noSuchSchema(schema: string): DomainError {
  return new DomainError(
    'not_found',
    'scratch_schema_not_found',
    `There is no scratch schema ${schema}; list them to find its name.`,
  );
}
