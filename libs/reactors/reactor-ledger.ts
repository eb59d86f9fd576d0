import { Fenced, type Lease, leaseTtlMs, renewLease } from '#libs/read-db';
import { type ClientBase } from 'pg';
import { type Memo } from './reactor.js';

/** An event that a reactor is shown, and what is kept about that. */
export interface Visit {
  readonly eventId: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
  readonly turn: number;
  readonly memo: Memo | null;
  /** The first turn is not over: later events of the stream wait for it. */
  readonly holdsStream: boolean;
  /** How often this turn failed. */
  readonly attempts: number;
}

/** What is known of events that come again. */
interface Kept {
  readonly dueAt: Date;
  /** Names the event and says why it failed; `null` where the reactor asked for it. */
  readonly failure: string | null;
}

/**
 * Where reactors stand, in Postgres, written by one session: every write demands that its lease is
 * still the newest, and throws `Fenced` otherwise. What is written later is never durable earlier.
 */
export class ReactorLedger {
  readonly #client: ClientBase;
  readonly #lease: Lease;
  #provenAt = performance.now();

  constructor(client: ClientBase, lease: Lease) {
    this.#client = client;
    this.#lease = lease;
  }

  /** Where a reactor goes on; a new one begins at `begin`, which is stored before it acts. */
  async open(name: string, begin: () => Promise<bigint | null>): Promise<bigint | null> {
    const known = await this.#position(name);
    if (known !== undefined) return known;
    await this.#write(
      `insert into reactor_checkpoint (name, position, epoch)
       select $3, $4::bigint, $2 from lease on conflict (name) do nothing`,
      [name, await begin()],
    );
    return (await this.#position(name)) ?? null;
  }

  async #position(name: string): Promise<bigint | null | undefined> {
    const { rows } = await this.#client.query<{ position: bigint | null }>(
      'select position from reactor_checkpoint where name = $1',
      [name],
    );
    return rows[0]?.position;
  }

  /** Everything up to `to` is dealt with, or kept for later. */
  async advance(name: string, from: bigint | null, to: bigint, passedAt: Date | null) {
    const moved = await this.#write(
      `update reactor_checkpoint as c
          set position = $4::bigint, passed_at = coalesce($5::timestamptz, c.passed_at),
              epoch = $2, updated_at = clock_timestamp()
         from lease where c.name = $3 and c.position is not distinct from $6::bigint`,
      [name, to, passedAt, from],
    );
    if (moved !== 1) throw new Fenced();
  }

  /** By stream, the events that its later ones wait for. */
  async heldStreams(name: string): Promise<Map<string, Set<string>>> {
    const { rows } = await this.#client.query<{ stream: string; eventIds: string[] }>(
      `select stream, array_agg(event_id) as "eventIds" from reactor_later
        where reactor = $1 and holds_stream group by stream`,
      [name],
    );
    return new Map(rows.map(({ stream, eventIds }) => [stream, new Set(eventIds)]));
  }

  /** The visits whose time has come, without those behind an earlier event of a held stream. */
  async due(name: string, now: Date, besides: readonly string[], max: number): Promise<Visit[]> {
    const { rows } = await this.#client.query<Visit>(
      `select event_id as "eventId", stream, revision, position, turn, memo,
              holds_stream as "holdsStream", attempts
         from reactor_later as l
        where reactor = $1 and due_at <= $2 and event_id <> all($3::text[])
          and not (holds_stream and exists (
                select from reactor_later as e
                 where e.reactor = l.reactor and e.stream = l.stream and e.holds_stream
                   and e.position < l.position))
        order by due_at, position limit $4`,
      [name, now, besides, max],
    );
    return rows;
  }

  /** Keeps an event for later, in the place of what was kept of it before. */
  async keep(name: string, visit: Visit, { dueAt, failure }: Kept): Promise<void> {
    const { eventId, stream, revision, position, turn, memo, holdsStream, attempts } = visit;
    await this.#write(
      `insert into reactor_later (reactor, event_id, stream, revision, position, due_at, turn,
                                  memo, holds_stream, attempts, failure)
       select $3, $4, $5, $6::bigint, $7::bigint, $8::timestamptz, $9::integer,
              $10::jsonb, $11::boolean, $12::integer, $13 from lease
       on conflict (reactor, event_id) do update
          set due_at = excluded.due_at, turn = excluded.turn, memo = excluded.memo,
              holds_stream = excluded.holds_stream, attempts = excluded.attempts,
              failure = excluded.failure`,
      [
        ...[name, eventId, stream, revision, position, dueAt, turn],
        ...[memo === null ? null : JSON.stringify(memo), holdsStream, attempts, failure],
      ],
    );
  }

  /** Nothing more is to happen about an event. */
  async drop(name: string, eventId: string): Promise<void> {
    await this.#write(
      'delete from reactor_later using lease where reactor = $3 and event_id = $4',
      [name, eventId],
    );
  }

  /** Shows in the reactor's own row what failed; resolves to how many events that is. */
  async countParked(name: string): Promise<number> {
    const { rows } = await this.#client.query<{ parked: number }>(
      `update reactor_checkpoint as c
          set parked = (select count(*) from reactor_later
                         where reactor = c.name and failure is not null),
              failure = (select failure from reactor_later
                          where reactor = c.name and failure is not null
                          order by position limit 1)
        where name = $1 returning parked`,
      [name],
    );
    return rows[0]?.parked ?? 0;
  }

  /** A sign of life. Throws `Fenced` if there is a newer owner. */
  async renew(): Promise<void> {
    await renewLease(this.#client, this.#lease);
    this.#provenAt = performance.now();
  }

  /**
   * Makes sure that this process is still the owner as far as it can know: one that was paused for
   * longer than a lease lasts asks before it acts.
   */
  async assertOwned(): Promise<void> {
    if (performance.now() - this.#provenAt > leaseTtlMs) await this.renew();
  }

  /** Runs a statement with `lease` as its fence: no row, unless the lease is the newest. */
  async #write(statement: string, values: readonly unknown[]): Promise<number> {
    const { rowCount } = await this.#client.query(
      `with lease as (select epoch from projection_lease where name = $1 and epoch = $2) ${statement}`,
      [this.#lease.name, this.#lease.epoch, ...values],
    );
    return rowCount ?? 0;
  }
}
