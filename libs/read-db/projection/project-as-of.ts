import { type PoolClient } from 'pg';
import { isBeyond, isRecordedBy, type Moment } from '#libs/event-store';
import { DomainError, type TenantId } from '#libs/kernel';
import { type Database } from '../database.js';
import { EventDigest, fingerprintOf } from './digest.js';
import { foldBatch } from './fold-batch.js';
import { type LogItem, type ProjectionMessage } from './messages.js';
import { type ProjectedEvent, type Projection } from './projection.js';
import { indexDefinitions } from './read-model-tables.js';
import {
  createScratchSchema,
  dropScratchSchema,
  listScratchSchemas,
  type ScratchNote,
  writeNote,
} from './scratch-schema.js';
import { allRows } from './row-memory.js';
import { tableStatements, type TableStatements, toParameters } from './table-statements.js';

/** Which read models, of whom, as of when, and where to put them. */
export interface ProjectAsOfOptions {
  /** Connected as the owner. One of its connections is held all the time. */
  readonly database: Database;
  readonly projections: readonly Projection[];
  readonly tenantId: TenantId;
  readonly moment: Moment;
  /** As `scratchSchemaName` made it. */
  readonly schema: string;
  /** Removes a scratch schema of this name first. Refused without, if there is one. */
  readonly replace: boolean;
  /**
   * The log from its beginning, in order. What it says of other tenants' events is not looked at,
   * so it need not decode them; one it finds undecodable counts as the tenant's own.
   */
  readonly log: (signal: AbortSignal) => AsyncIterable<ProjectionMessage>;
  /** Where the log ended when this began: nothing after it is read. */
  readonly head: bigint | null;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ReplayProgress) => void;
  /** Events folded at once at most; 2,000 unless told. */
  readonly batchSizeMax?: number;
}

/** How far the one read of the log has come. */
export interface ReplayProgress {
  /** Events read, those of other tenants included. */
  readonly read: number;
  /** Those among them that the read models are made of. */
  readonly applied: number;
  readonly position: bigint;
  readonly head: bigint;
}

/** A read model as it stood. */
export interface ReplayedModel {
  readonly name: string;
  readonly version: number;
  readonly rows: bigint;
  /**
   * How many events it is made of, and which: count and digest as a completeness audit has them.
   */
  readonly events: number;
  readonly eventDigest: string;
  /**
   * Of the rows' content, in any order: the same moment replayed by the same code gives the same.
   */
  readonly rowDigest: string;
}

/**
 * Builds read models of one tenant as they stood at a moment, in a schema of their own, from one
 * read of the log.
 *
 * Touches nothing else: no live table, checkpoint, lease or subscriber with effects. An event that
 * cannot be applied ends it with `replay_failed`, and a schema that was not completed is dropped.
 */
export async function projectAsOf(options: ProjectAsOfOptions): Promise<ReplayedModel[]> {
  const { database, schema, replace, projections, tenantId } = options;
  if (replace) await dropIfThere(database, schema);
  const client = await database.pool.connect();
  let unfinished = false;
  try {
    await client.query(sessionSettings);
    await client.query(`select set_config('app.tenant', $1, false)`, [tenantId]);
    const skipped = await skippedEvents(client, projections);
    await createScratchSchema(client, schema, noteOf(options, 'filling'), projections);
    unfinished = true;
    const models = await new Replay(client, options, skipped).run();
    await writeNote(client, schema, noteOf(options, 'complete'));
    unfinished = false;
    return models;
  } finally {
    // Not back into the pool: the session's settings end with it.
    client.release(true);
    if (unfinished) await dropIfThere(database, schema);
  }
}

/**
 * Rows are always found by their key, though the plan is made while the table is empty. What is
 * lost with the machine is replayed again.
 */
const sessionSettings =
  'set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; ' +
  'set synchronous_commit = off';

function noteOf(
  { tenantId, moment }: ProjectAsOfOptions,
  state: ScratchNote['state'],
): ScratchNote {
  const asOf = moment.kind === 'instant' ? moment.instant : String(moment.position);
  return { tenantId, asOf, state, madeAt: new Date().toISOString() };
}

async function dropIfThere(database: Database, schema: string): Promise<void> {
  const schemas = await listScratchSchemas(database);
  if (schemas.some((each) => each.schema === schema)) await dropScratchSchema(database, schema);
}

/** Where operators gave events of this tenant up; live tables and rebuilds leave them out, too. */
async function skippedEvents(
  client: PoolClient,
  projections: readonly Projection[],
): Promise<ReadonlyMap<string, ReadonlySet<bigint>>> {
  const { rows } = await client.query<{ name: string; position: bigint }>(
    `select name, position from projection_dead_letter
      where state = 'skipped' and name = any ($1)
        and tenant_id in (current_setting('app.tenant'), '-')`,
    [projections.map(({ name }) => name)],
  );
  const positions = new Map<string, Set<bigint>>();
  for (const { name, position } of rows) {
    positions.set(name, (positions.get(name) ?? new Set()).add(position));
  }
  return positions;
}

/** Somebody waits for a sign, though a tenant has few of the log's events. */
const progressEveryEvents = 10_000;

/** One read model while it is filled. */
interface Filling {
  readonly projection: Projection;
  readonly statements: TableStatements;
  readonly skipped: ReadonlySet<bigint>;
  readonly digest: EventDigest;
  events: number;
}

class Replay {
  readonly #client: PoolClient;
  readonly #options: ProjectAsOfOptions;
  readonly #models: readonly Filling[];
  #read = 0;
  #applied = 0;

  constructor(
    client: PoolClient,
    options: ProjectAsOfOptions,
    skipped: ReadonlyMap<string, ReadonlySet<bigint>>,
  ) {
    this.#client = client;
    this.#options = options;
    this.#models = options.projections.map((projection) => ({
      projection,
      statements: tableStatements(projection, projection.name),
      skipped: skipped.get(projection.name) ?? new Set(),
      digest: new EventDigest(),
      events: 0,
    }));
  }

  async run(): Promise<ReplayedModel[]> {
    const reading = new AbortController();
    try {
      await this.#readLog(AbortSignal.any([this.#options.signal, reading.signal]));
    } finally {
      reading.abort();
    }
    if (this.#options.signal.aborted) throw replayStopped();
    const models: ReplayedModel[] = [];
    for (const model of this.#models) models.push(await this.#finish(model));
    return models;
  }

  async #readLog(signal: AbortSignal): Promise<void> {
    const { log, head, moment, batchSizeMax = 2_000 } = this.#options;
    if (head === null) return;
    let batch: LogItem[] = [];
    for await (const message of log(signal)) {
      if (message.kind === 'caught_up' || signal.aborted) break;
      if (message.kind === 'event') {
        if (isBeyond(message.event, moment)) break;
        if (this.#isWanted(message.event)) batch.push(message.event);
      }
      if (message.kind === 'undecodable' && this.#concerns(message)) batch.push(message);
      const position = message.kind === 'event' ? message.event.position : message.position;
      this.#read += 1;
      if (batch.length >= batchSizeMax || this.#read % progressEveryEvents === 0) {
        await this.#apply(batch, position);
        batch = [];
      }
      if (position >= head) break;
    }
    await this.#apply(batch, head);
  }

  #isWanted(event: ProjectedEvent): boolean {
    const { tenantId, moment } = this.#options;
    return (
      event.metadata.tenantId === tenantId && isRecordedBy(event, moment) && this.#concerns(event)
    );
  }

  #concerns({ type }: { readonly type: string }): boolean {
    return this.#options.projections.some(({ on }) => Object.hasOwn(on, type));
  }

  async #apply(batch: readonly LogItem[], position: bigint): Promise<void> {
    for (const model of this.#models) await this.#applyTo(model, batch);
    this.#applied += batch.length;
    const { onProgress, head } = this.#options;
    const [read, applied] = [this.#read, this.#applied];
    onProgress?.({ read, applied, position, head: head ?? position });
  }

  async #applyTo(model: Filling, batch: readonly LogItem[]): Promise<void> {
    const { projection, skipped, digest } = model;
    const items = batch.filter(
      ({ type, position }) => Object.hasOwn(projection.on, type) && !skipped.has(position),
    );
    if (items.length === 0) return;
    const { changes, folded, failure } = await foldBatch(projection, items, (keys) =>
      this.#run(model, 'select', keys),
    );
    const failed = items[folded];
    if (failed !== undefined) throw replayFailed(projection, failed, failure);
    const rows = allRows(changes);
    if (changes.removals.length > 0) await this.#run(model, 'remove', changes.removals);
    if (rows.length > 0) await this.#run(model, 'upsert', rows);
    for (const { id } of items) digest.add(fingerprintOf(id));
    model.events += items.length;
  }

  async #run(
    { projection: { table }, statements }: Filling,
    statement: keyof TableStatements,
    rows: readonly object[],
  ): Promise<Record<string, unknown>[]> {
    const values = toParameters(table, statement, rows);
    const prepared = { ...statements[statement], values };
    return (await this.#client.query<Record<string, unknown>>(prepared)).rows;
  }

  /** Makes the indexes, which would only have been in the way, and counts what the table holds. */
  async #finish({ projection, digest, events }: Filling): Promise<ReplayedModel> {
    const { name, version } = projection;
    await this.#client.query(`${indexDefinitions(projection, name)} analyze ${name}`);
    const { rows } = await this.#client.query<{ rows: bigint; digest: string }>(
      `select count(*) as rows,
              md5(coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text) as digest
         from ${name} as t`,
    );
    const [counted] = rows;
    return {
      ...{ name, version, events, eventDigest: digest.toString() },
      rows: counted?.rows ?? 0n,
      rowDigest: counted?.digest ?? '',
    };
  }
}

function replayFailed(projection: Projection, event: LogItem, failure: unknown): DomainError {
  const reason = failure instanceof Error ? failure.message : String(failure);
  return new DomainError(
    'illegal_state',
    'replay_failed',
    `${projection.name} cannot apply ${event.type} ${event.id} at position ${event.position}: ` +
      `${reason} Nothing was kept; leave the read model out, or skip the event first.`,
    { cause: failure },
  );
}

function replayStopped(): DomainError {
  return new DomainError(
    'unavailable',
    'replay_stopped',
    'Stopped before the end of the log; nothing was kept. Run the same command again.',
  );
}
