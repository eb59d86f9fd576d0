import { parseJson } from '#libs/kernel';
import {
  CamelCasePlugin,
  Kysely,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
} from 'kysely';
import { Pool, type PoolClient, types as driverTypes } from 'pg';
import { answeredClient } from './answered-client.js';
import { lowerBackend } from './backend-priority.js';
import { isDatabaseUnavailable, toDatabaseFailure } from './database-errors.js';
import { type OperationalTables } from './tables.js';

/**
 * Who a connection acts as. `api` and `worker` own nothing; the api's rows are limited to one
 * tenant. `owner` is the user of the URL, for migrations.
 */
export type DatabaseRole = 'api' | 'worker' | 'owner';

/** Which database, as whom, and within which limits. */
export interface ConnectOptions {
  /** Of the owner, e.g. `postgres://user:password@host:5432/name`. */
  readonly url: string;
  readonly role: DatabaseRole;
  /** Connections at most; 10 unless told. */
  readonly max?: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** How long one statement may take: 2,500 ms for the api, 30 s for the worker, else for ever. */
  readonly statementTimeoutMs?: number;
  /** By how much its work on a server of this machine is put behind other work; 0 unless told. */
  readonly niceness?: number;
}

/**
 * A pool of connections in one role.
 *
 * In code names are camelCase, in SQL snake_case. Instants come back as ISO-8601 UTC strings with
 * milliseconds, int8 as bigint. A statement that the database cannot serve rejects with
 * `database_unavailable`, and its connection is replaced.
 */
export interface Database {
  readonly kysely: Kysely<OperationalTables>;
  /** The bare pool, for prepared statements and session locks. */
  readonly pool: Pool;
  close(): Promise<void>;
}

/** The server ends a statement first; this is for a server that no longer answers at all. */
const graceMs = 500;

interface Limits {
  /** Waiting for a free connection included. */
  readonly connectMs: number;
  readonly statementMs: number;
  readonly idleInTransactionMs: number;
}

const limits: Record<DatabaseRole, Limits> = {
  // Together within the 5 s in which a caller is promised an answer.
  api: { connectMs: 1_500, statementMs: 2_500, idleInTransactionMs: 10_000 },
  // A worker that stopped in mid-transaction gives its rows free before another takes over.
  worker: { connectMs: 5_000, statementMs: 30_000, idleInTransactionMs: 5_000 },
  owner: { connectMs: 10_000, statementMs: 0, idleInTransactionMs: 0 },
};

/** Opens no connection yet; the first statement does, and lost ones are replaced as needed. */
export function connectDatabase(options: ConnectOptions): Database {
  const statementMs = options.statementTimeoutMs ?? limits[options.role].statementMs;
  const pool = new Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.max ?? 10,
    connectionTimeoutMillis: limits[options.role].connectMs,
    keepAlive: true,
    // Statements that are not waited for one by one travel together.
    pipeline: true,
    options: startupOptions(options, statementMs),
    types: { getTypeParser },
    Client: answeredClient(statementMs > 0 ? statementMs + graceMs : null),
  });
  // A connection that breaks, idle or in use, is replaced, and its statement rejects. Without
  // listeners it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    if (options.niceness !== undefined) lowerBackend(client, options.niceness);
  });
  const dialect = new PostgresDialect({ pool: guarded(pool) });
  const kysely = new Kysely<OperationalTables>({ dialect, plugins: [new CamelCasePlugin()] });
  return { kysely, pool, close: () => pool.end() };
}

/** Processes that the server lets a statement have besides its own are behind nobody. */
const alone = { max_parallel_workers_per_gather: 0, max_parallel_maintenance_workers: 0 };

function startupOptions({ role, niceness }: ConnectOptions, statementMs: number): string {
  const settings = {
    TimeZone: 'UTC',
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: limits[role].idleInTransactionMs,
    ...(role !== 'owner' && { role: `leadledger_${role}` }),
    ...(niceness !== undefined && alone),
  };
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

const int8 = 20;
const timestamptz = 1184;
const json = 114;
const jsonb = 3802;

const getTypeParser: typeof driverTypes.getTypeParser = (oid: number, format?: string) => {
  if (oid === int8) return BigInt;
  if (oid === timestamptz) return toInstant;
  if (oid === json || oid === jsonb) return (text: string) => parseJson(text);
  return (driverTypes.getTypeParser as (oid: number, format?: string) => unknown)(oid, format);
};

/** From Postgres' `2026-01-02 03:04:05.6+00`, in a session whose zone is UTC. */
function toInstant(text: string): string {
  return new Date(text.replace(' ', 'T').replace(/\+00$/, 'Z')).toISOString();
}

/** The pool as Kysely uses it: errors translated, and no broken connection handed out twice. */
function guarded(pool: Pool): PostgresPool {
  return {
    connect: () => pool.connect().then(guardedClient, rejectTranslated),
    end: () => pool.end(),
  };
}

function guardedClient(client: PoolClient): PostgresPoolClient {
  let broken = false;
  const query = async (text: string, values: unknown[]) => {
    try {
      return await client.query(text, values);
    } catch (error) {
      broken ||= isDatabaseUnavailable(error);
      throw toDatabaseFailure(error);
    }
  };
  const release = () => {
    client.release(broken);
  };
  // Kysely's other signature is for cursors, which are not configured.
  return { query, release } as unknown as PostgresPoolClient;
}

function rejectTranslated(error: unknown): never {
  throw toDatabaseFailure(error);
}
