import { createHash } from 'node:crypto';
import {
  type Generated,
  Kysely,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
} from 'kysely';
import { Pool, type PoolClient, type QueryResult } from 'pg';

export interface ApiKeyTable {
  key_hash: Buffer;
  id: string;
  tenant_id: string;
  limit_per_minute: number;
  revoked_at: Generated<Date | null>;
}

export interface IdempotencyKeyTable {
  tenant_id: string;
  api_key_id: string;
  key: string;
  fingerprint: Buffer;
  outcome: 'created' | 'duplicate';
  lead_id: string;
  lead_status: string;
  created_at: Date;
}

/** The tables that are read through the query builder; intake itself is one prepared statement. */
export interface PeerDatabase {
  api_key: ApiKeyTable;
  idempotency_key: IdempotencyKeyTable;
}

/**
 * Kysely over a pool whose statements are prepared once per connection, which halves Postgres'
 * share of a request.
 */
export function connectDatabase(url: string, connections: number): Kysely<PeerDatabase> {
  const pool = new Pool({ connectionString: url, max: connections, min: connections });
  // A connection that dies while idle is replaced by the pool.
  pool.on('error', () => undefined);
  // Of one that dies at work its query tells.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<PeerDatabase>({ dialect: new PostgresDialect({ pool: preparing(pool) }) });
}

function preparing(pool: Pool): PostgresPool {
  const known = new WeakMap<PoolClient, PostgresPoolClient>();
  return {
    connect: async () => {
      const client = await pool.connect();
      const prepared = known.get(client) ?? preparingClient(client);
      known.set(client, prepared);
      return prepared;
    },
    end: () => pool.end(),
  };
}

function preparingClient(client: PoolClient): PostgresPoolClient {
  const query = (text: string, values: readonly unknown[]) =>
    // The driver's own promises keep queries from being garbage to the young generation.
    new Promise<QueryResult>((resolve, reject) => {
      const prepared = { name: statementName(text), text, values: [...values] };
      client.query(prepared, (error: Error | null, result: QueryResult) => {
        if (error === null) resolve(result);
        else reject(error);
      });
    });
  return {
    query,
    release: () => {
      client.release();
    },
  } as unknown as PostgresPoolClient;
}

const names = new Map<string, string>();

/** The same text has the same name, on every connection. */
function statementName(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha1').update(text).digest('hex');
    names.set(text, name);
  }
  return name;
}
