import {
  getPostgreSQLEventStore,
  rebuildPostgreSQLProjections,
} from '@event-driven-io/emmett-postgresql';
import { type EventStore } from '#libs/event-store';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { copyHistories } from './copy-histories.js';
import { documentProjection } from './lead-list.documents.js';
import { type CopiedLeadEvent } from './lead-list.events.js';
import { sqlProjection } from './lead-list.sql-projection.js';

/** The two ways to have a lead list in Emmett, and the table each fills. */
const MODELS = {
  sql: { projection: sqlProjection, table: 'lead_list' },
  documents: { projection: documentProjection, table: 'lead_documents' },
} as const;

/** The name of one of them. */
export type EmmettModel = keyof typeof MODELS;

/** How fast each model was rebuilt. */
export type EmmettRates = Readonly<Record<EmmettModel, number>>;

const BATCH_SIZE = 1_000;
const PAUSE_MS = 1;
/** Each model as often, by turns; the best time counts. */
const ROUNDS = 2;
const SHOWN_WITHIN_MS = 60_000;
const SHOWN_POLL_MS = 20;

/** Where Emmett works: a database of its own on a server, given as its owner. */
export class EmmettPeer {
  private constructor(
    private readonly server: string,
    private readonly database: string,
  ) {}

  static async create(server: string, database = 'emmett'): Promise<EmmettPeer> {
    await onServer(server, `create database ${database}`);
    await onServer(server, `alter database ${database} set synchronous_commit = off`);
    return new EmmettPeer(server, database);
  }

  /** Of its database. */
  get url(): string {
    const url = new URL(this.server);
    url.pathname = `/${this.database}`;
    return url.href;
  }

  async drop(): Promise<void> {
    await onServer(this.server, `drop database ${this.database} with (force)`);
  }

  /** Fills its store with the beginning of the ledger's log. */
  async fill(
    log: EventStore,
    count: number,
    onProgress: (done: number) => void,
  ): Promise<{ readonly events: number; readonly leads: number }> {
    const store = getPostgreSQLEventStore(this.url);
    try {
      const filled = await copyHistories(log, store, count, onProgress);
      await onServer(this.url, 'vacuum analyze');
      await allShown(this.url);
      return filled;
    } finally {
      await store.close();
    }
  }

  /** Events per second of each model. Refuses to report one whose table lacks a lead. */
  async rebuild(filled: { readonly events: number; readonly leads: number }): Promise<EmmettRates> {
    const rates = { sql: 0, documents: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const model of ['sql', 'documents'] as const) {
        const rate = filled.events / (await this.#rebuildOnce(model, round, filled.leads));
        rates[model] = Math.max(rates[model], Math.round(rate));
      }
    }
    return rates;
  }

  /** In seconds. Every round has a processor of its own, so that each begins at the beginning. */
  async #rebuildOnce(model: EmmettModel, round: number, leads: number): Promise<number> {
    const { projection, table } = MODELS[model];
    const consumer = rebuildPostgreSQLProjections<CopiedLeadEvent>({
      connectionString: this.url,
      pulling: { batchSize: BATCH_SIZE, pullingFrequencyInMs: PAUSE_MS },
      projections: [
        {
          projection,
          processorId: `rebuild-${model}-${round}`,
          truncateOnStart: true,
        },
      ],
    });
    const startedAt = performance.now();
    await consumer.start();
    const seconds = (performance.now() - startedAt) / 1_000;
    await consumer.close();
    const rows = await rowsOf(this.url, table);
    if (rows !== leads) throw new Error(`Emmett's ${model} model has ${rows} of ${leads} leads.`);
    return seconds;
  }
}

async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  // The query under way tells of it when the server ends.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = await connected(url);
  await client.query(statement).finally(() => client.end());
}

/**
 * Emmett shows no event while a transaction is open anywhere on the server that began before the
 * event was written, and takes what it shows for the whole log.
 */
async function allShown(url: string): Promise<void> {
  const client = await connected(url);
  const query = `
    select coalesce(max(transaction_id) < pg_snapshot_xmin(pg_current_snapshot()), true) as shown
    from emt_messages`;
  const until = performance.now() + SHOWN_WITHIN_MS;
  try {
    while ((await client.query<{ shown: boolean }>(query)).rows[0]?.shown !== true) {
      if (performance.now() > until) throw new Error('Others keep Emmett from showing its events.');
      await pause(SHOWN_POLL_MS);
    }
  } finally {
    await client.end();
  }
}

async function rowsOf(url: string, table: string): Promise<number> {
  const client = await connected(url);
  const query = `select count(*)::int as rows from ${table}`;
  const { rows } = await client.query<{ rows: number }>(query).finally(() => client.end());
  return rows[0]?.rows ?? 0;
}
