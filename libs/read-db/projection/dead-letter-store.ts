import { type ClientBase } from 'pg';
import { noTenant } from '../tenant.js';
import { type BuildKey, type Progress } from './checkpoints.js';
import { type DeadLetterLimits, ParkedKeys } from './dead-letter-keys.js';
import { type ParkedEvent } from './fold-batch.js';
import { type LogItem, type StoredPlace } from './messages.js';
import { storableText } from './row-memory.js';

/** An event that goes to the dead letters. */
export interface NewDeadLetter {
  readonly item: LogItem;
  readonly keys: readonly string[];
  readonly reason: string | null;
  /** When it went there first; now unless told. */
  readonly parkedAt?: string;
}

/** A parked event, and where it is in the event store. */
export interface ParkedLetter extends StoredPlace {
  readonly eventId: string;
  readonly eventType: string;
  readonly tenantId: string | null;
  readonly reason: string | null;
  readonly parkedAt: string;
  readonly keys: readonly string[];
}

/** What a build has not applied. */
export interface LeftOut {
  readonly waiting: ParkedKeys;
  /** Positions of events that operators gave up, in any build, and this build has not come to. */
  readonly skipped: ReadonlySet<bigint>;
}

const reasonLengthMax = 500;

/** The message of what was thrown, so short that it is no dump of what was at hand. */
export function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return storableText(message.slice(0, reasonLengthMax));
}

/** Which event cannot be applied, and why. */
export function sayWhy({ type, id, position }: LogItem, reason: string | null): string {
  return `${type} ${id} at position ${position}: ${reason ?? 'waits for another'}`;
}

/** The events of a fold that were not applied, for {@link insertLetters}. */
export function lettersOf(
  items: readonly LogItem[],
  parked: readonly ParkedEvent[],
): NewDeadLetter[] {
  return parked.map(({ index, keys, cause }) => ({
    item: items[index] as LogItem,
    keys,
    reason: cause === null ? null : reasonOf(cause),
  }));
}

/** What a build has left out, and will have to from where it stands. */
export async function loadLeftOut(
  client: ClientBase,
  { name, build, position }: BuildKey & Pick<Progress, 'position'>,
  limits: DeadLetterLimits,
): Promise<LeftOut> {
  const { rows } = await client.query<{ keys: string[] | null; events: number }>(
    `select array_agg(distinct key) as keys, count(distinct position)::integer as events
       from projection_dead_letter where name = $1 and build = $2 and state = 'parked'`,
    [name, build],
  );
  const skipped = await client.query<{ position: bigint }>(
    `select distinct position from projection_dead_letter
      where name = $1 and state = 'skipped' and position > $2`,
    [name, position ?? -1n],
  );
  const { keys, events = 0 } = rows[0] ?? {};
  return {
    waiting: new ParkedKeys(limits, { keys: keys ?? [], events }),
    skipped: new Set(skipped.rows.map((row) => row.position)),
  };
}

const insertStatement = {
  name: 'dead-letter:insert',
  text: `
    insert into projection_dead_letter
           (name, build, key, position, tenant_id, event_id, event_type, stream, revision, reason,
            parked_at)
    select $1, $2, r.key, r.position, r."tenantId", r.id, r.type, r.stream, r.revision, r.reason,
           coalesce(r."parkedAt", date_trunc('milliseconds', statement_timestamp()))
      from json_to_recordset($3::json) as r(
             key text, position bigint, "tenantId" text, id text, type text, stream text,
             revision bigint, reason text, "parkedAt" timestamptz)`,
};

/** Writes letters under each of their keys. */
export async function insertLetters(
  client: ClientBase,
  { name, build }: BuildKey,
  letters: readonly NewDeadLetter[],
): Promise<void> {
  const rows = letters.flatMap(({ item, keys, reason, parkedAt }) =>
    keys.map((key) => ({
      ...{ key, reason, parkedAt },
      id: storableText(item.id),
      type: storableText(item.type),
      stream: storableText(item.stream),
      position: item.position.toString(),
      revision: item.revision.toString(),
      tenantId: storableText(tenantOf(item) ?? noTenant),
    })),
  );
  await client.query({ ...insertStatement, values: [name, build, JSON.stringify(rows)] });
}

function tenantOf(item: LogItem): string | null {
  return 'error' in item ? item.tenantId : item.metadata.tenantId;
}

/** Notes that a build has left out, too, what was skipped in another. */
export async function copySkipped(
  client: ClientBase,
  { name, build }: BuildKey,
  positions: readonly bigint[],
): Promise<void> {
  await client.query(
    `insert into projection_dead_letter
            (name, build, key, position, tenant_id, event_id, event_type, stream, revision, reason,
             state, parked_at, handled_at, handled_by, note)
     select distinct on (key, position, tenant_id)
            name, $2, key, position, tenant_id, event_id, event_type, stream, revision, reason,
            state, parked_at, handled_at, handled_by, note
       from projection_dead_letter
      where name = $1 and state = 'skipped' and position = any ($3::bigint[])
      order by key, position, tenant_id, build
         on conflict do nothing`,
    [name, build, positions.map(String)],
  );
}

/**
 * Everything parked under `keys`, and under the keys that events of theirs are parked under, too:
 * what can only be applied together, in the order of the log. Under all keys if `keys` is `null`.
 */
export async function parkedTogether(
  client: ClientBase,
  { name, build }: BuildKey,
  keys: readonly string[] | null,
): Promise<ParkedLetter[]> {
  const { rows } = await client.query<ParkedLetter>(
    `with recursive parked as not materialized (
       select * from projection_dead_letter where name = $1 and build = $2 and state = 'parked'
     ), linked(key) as (
       select unnest($3::text[])
       union
       select other.key
         from linked
         join parked as own on own.key = linked.key
         join parked as other on other.position = own.position
     )
     select position, event_id as "eventId", event_type as "eventType", stream, revision,
            nullif(tenant_id, $4) as "tenantId", min(reason) as reason,
            min(parked_at) as "parkedAt", array_agg(key order by key) as keys
       from parked
      where $3::text[] is null or key in (select key from linked)
      group by position, event_id, event_type, stream, revision, tenant_id
      order by position`,
    [name, build, keys, noTenant],
  );
  return rows;
}

/** Takes events out of the dead letters. */
export async function removeLetters(
  client: ClientBase,
  { name, build }: BuildKey,
  positions: readonly bigint[],
): Promise<void> {
  await client.query(
    `delete from projection_dead_letter
      where name = $1 and build = $2 and state = 'parked' and position = any ($3::bigint[])`,
    [name, build, positions.map(String)],
  );
}

/** Gives an event up, under all its keys. */
export async function markSkipped(
  client: ClientBase,
  { name, build }: BuildKey,
  position: bigint,
  { by, note }: { readonly by: string; readonly note: string },
): Promise<void> {
  await client.query(
    `update projection_dead_letter
        set state = 'skipped', handled_by = $4, note = $5,
            handled_at = date_trunc('milliseconds', statement_timestamp())
      where name = $1 and build = $2 and state = 'parked' and position = $3`,
    [name, build, position.toString(), by, note],
  );
}
