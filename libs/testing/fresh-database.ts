import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { migrate, type Projection } from '#libs/read-db';

const template = 'leadledger_template';

/** A database that only its test knows. */
export interface FreshDatabase {
  /** As its owner. */
  readonly url: string;
  readonly name: string;
  /** Cuts every connection and removes it. */
  drop(): Promise<void>;
}

/**
 * A migrated, empty database on the run's Postgres, with the tables of these read models.
 *
 * Ask for one per test file (`beforeAll`) and drop it at the end; takes some 50 ms.
 */
export async function freshDatabase(
  options: { readonly readModels?: readonly Projection[] } = {},
): Promise<FreshDatabase> {
  const server = testPostgresUrl();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await execute(server, `create database ${name} template ${template}`);
  const url = withDatabase(server, name);
  if (options.readModels !== undefined) await migrate(url, options.readModels);
  return {
    url,
    name,
    drop: () => execute(server, `drop database if exists ${name} with (force)`),
  };
}

/** The run's Postgres, as its owner; set by Jest's global set-up. */
export function testPostgresUrl(): string {
  const url = process.env.LEADLEDGER_TEST_POSTGRES;
  if (url !== undefined) return url;
  throw new Error('No Postgres runs for this test: start it through Jest and its global set-up.');
}

/** Makes the template that {@link freshDatabase} copies. */
export async function createTemplate(server: string): Promise<void> {
  await execute(server, `create database ${template}`);
  await migrate(withDatabase(server, template));
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
