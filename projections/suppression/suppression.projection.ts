import type { SuppressionEvent } from '#libs/leads';
import {
  defineProjection,
  defineTable,
  insert,
  instant,
  nullable,
  type ProjectedEvent,
  remove,
  type Row,
  text,
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
 * For lists. Whether a lead may be dialed is decided by the entry's own stream.
 */
export const suppressionProjection = defineProjection<SuppressionEvent, typeof suppressionTable>({
  name: 'suppression',
  version: 2,
  table: suppressionTable,
  on: {
    NumberSuppressed: (event) =>
      insert({
        ...keyOf(event),
        kind: event.data.kind,
        phoneHash: event.data.phoneHash,
        prefix: event.data.prefix,
        reason: event.data.reason,
        source: event.data.source,
        scope: event.data.scope,
        scopeName: event.data.scopeName,
        expiresAt: event.data.expiresAt,
        personal: event.data.personal,
        suppressedAt: event.data.suppressedAt,
      }),
    SuppressionLifted: (event) => remove(keyOf(event)),
  },
});

function keyOf(event: ProjectedEvent<SuppressionEvent>) {
  return { tenantId: event.metadata.tenantId, entryId: event.data.entryId };
}
