import { type ClientBase } from 'pg';
import { fingerprintOf } from '../digest.js';
import { foldBatch } from '../fold-batch.js';
import { type LogItem } from '../messages.js';
import { type Projection } from '../projection.js';
import { columnName } from '../table.js';
import { allRows } from '../row-memory.js';
import { tableStatements, type TableStatements, toParameters } from '../table-statements.js';
import { type ServingBuild } from './serving-builds.js';
import { type Tally, TallyCounter } from './tally.js';

const none: ReadonlySet<string> = new Set();

/** A read model made anew from the log, in a table that only this connection sees. */
export class Recomputation {
  readonly projection: Projection;
  /** Name of the table. */
  readonly scratch: string;
  /** Why it cannot be made; null while it can. */
  failure: string | null = null;
  /** The log was applied up to here. */
  position: bigint | null = null;
  /** The log is to be applied up to here. */
  target: bigint | null = null;

  readonly #client: ClientBase;
  readonly #statements: TableStatements;
  readonly #counter = new TallyCounter();
  readonly #leftOut = new Set<string>();
  #toLeaveOut = none;

  private constructor(client: ClientBase, projection: Projection, scratch: string) {
    this.#client = client;
    this.projection = projection;
    this.scratch = scratch;
    this.#statements = tableStatements(projection, scratch);
  }

  /** With an empty table. */
  static async create(
    client: ClientBase,
    projection: Projection,
    { name, build }: ServingBuild,
  ): Promise<Recomputation> {
    const scratch = `pg_temp.verify_${name}_b${build}`;
    const columns = Object.entries(projection.table.columns).map(
      ([property, { sql, nullable }]) =>
        `${columnName(property)} ${sql}${nullable ? '' : ' not null'}`,
    );
    const key = projection.table.key.map(columnName).join();
    await client.query(
      `drop table if exists ${scratch};
       create temporary table ${scratch} (${columns.join()}, primary key (${key}))`,
    );
    return new Recomputation(client, projection, scratch);
  }

  /** What was applied. */
  get tally(): Tally {
    return this.#counter.tally;
  }

  get isBehind(): boolean {
    if (this.target === null || this.failure !== null) return false;
    return this.position === null || this.position < this.target;
  }

  /** From now on it is to be like this build, which is without some events. */
  aimFor({ position }: ServingBuild, leftOut = none): void {
    this.target = position;
    this.#toLeaveOut = leftOut;
  }

  /** Everything up to the target was handed to {@link apply}. */
  arrived(): void {
    if (this.isBehind) this.position = this.target;
  }

  /** Whether exactly those events were left out that a build, as it is now, is without. */
  leftOutJust(leftOut: ReadonlyMap<string, ReadonlySet<string>>): boolean {
    const wanted = leftOut.get(this.projection.name) ?? none;
    const { failure } = this;
    return (
      failure !== null || (wanted.size === this.#leftOut.size && isWithin(this.#leftOut, wanted))
    );
  }

  /** Applies those events that concern it and are on its way to the target. */
  async apply(batch: readonly LogItem[]): Promise<void> {
    if (!this.isBehind) return;
    const items = batch.filter((item) => this.#isWanted(item));
    if (items.length === 0) return;
    const { changes, folded, failure } = await foldBatch(this.projection, items, (keys) =>
      this.#run('select', keys),
    );
    const failed = items[folded];
    if (failed !== undefined) {
      this.failure = describeFailure(failed, failure);
      return;
    }
    const rows = allRows(changes);
    await Promise.all([
      ...(changes.removals.length > 0 ? [this.#run('remove', changes.removals)] : []),
      ...(rows.length > 0 ? [this.#run('upsert', rows)] : []),
    ]);
    for (const { id } of items) this.#counter.add(fingerprintOf(id));
  }

  #isWanted({ type, id, position }: LogItem): boolean {
    if (!Object.hasOwn(this.projection.on, type)) return false;
    if (this.position !== null && position <= this.position) return false;
    if (this.target === null || position > this.target) return false;
    if (!this.#toLeaveOut.has(id)) return true;
    this.#leftOut.add(id);
    return false;
  }

  async #run(
    statement: keyof TableStatements,
    rows: readonly object[],
  ): Promise<Record<string, unknown>[]> {
    const values = toParameters(this.projection.table, statement, rows);
    const prepared = { ...this.#statements[statement], values };
    return (await this.#client.query<Record<string, unknown>>(prepared)).rows;
  }
}

function isWithin(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((each) => all.has(each));
}

function describeFailure({ type, id, position }: LogItem, failure: unknown): string {
  const reason = failure instanceof Error ? failure.message : String(failure);
  return `${type} ${id} at position ${position} cannot be applied: ${reason}`;
}
