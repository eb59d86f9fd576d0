import { standingEntry, type SuppressionEvent } from '#events/leads';
import {
  defineProjection,
  defineTable,
  instant,
  nullable,
  type ProjectedEvent,
  remove,
  type Row,
  text,
  upsert,
} from '#libs/read-db';

type Suppressed = Extract<SuppressionEvent, { type: 'NumberSuppressed' }>['data'];

/** A row per entry that was not lifted, whomever it binds. */
export const suppressionTable = defineTable({
  columns: {
    tenantId: text(),
    entryId: text(),
    kind: text<Suppressed['kind']>(),
    phoneHash: nullable(text()),
    prefix: nullable(text()),
    reason: text(),
    source: nullable(text()),
    scope: text<Suppressed['scope']>(),
    scopeName: nullable(text()),
    expiresAt: nullable(instant()),
    /** The number, sealed as in the event; null for a prefix. */
    personal: nullable(text()),
    suppressedAt: instant(),
  },
  key: ['tenantId', 'entryId'],
  indexes: [['tenantId', 'suppressedAt desc', 'entryId desc']],
});

/** An entry, as lists show it. */
export type SuppressionRow = Row<typeof suppressionTable>;

/**
 * Which numbers and prefixes does a tenant never dial, or never hand to a buyer?
 *
 * For lists; an entry that is made again is shown as the stronger of the two. Whether a lead may be
 * dialed is decided by the entry's own stream.
 */
export const suppressionProjection = defineProjection<SuppressionEvent, typeof suppressionTable>({
  name: 'suppression',
  version: 3,
  table: suppressionTable,
  on: {
    NumberSuppressed: (event) =>
      upsert(keyOf(event), (row: SuppressionRow | undefined) =>
        row === undefined ? rowOf(event) : again(row, rowOf(event)),
      ),
    SuppressionLifted: (event) => remove(keyOf(event)),
  },
});

function rowOf(event: ProjectedEvent<SuppressionEvent> & { readonly data: Suppressed }) {
  const { kind, phoneHash, prefix, reason, source, scope, scopeName } = event.data;
  const { expiresAt, personal, suppressedAt } = event.data;
  return {
    ...keyOf(event),
    ...{ kind, phoneHash, prefix, reason, source, scope, scopeName },
    ...{ expiresAt, personal, suppressedAt },
  };
}

/** An entry in force keeps its place in the list, whose pages would miss it otherwise (AP-6). */
function again(row: SuppressionRow, latter: SuppressionRow): SuppressionRow {
  const { suppressedAt } = latter;
  const isOver = row.expiresAt !== null && row.expiresAt <= suppressedAt;
  const stands = standingEntry(row, latter);
  return isOver ? stands : { ...stands, suppressedAt: row.suppressedAt };
}

function keyOf(event: ProjectedEvent<SuppressionEvent>) {
  return { tenantId: event.metadata.tenantId, entryId: event.data.entryId };
}
