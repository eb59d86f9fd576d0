import type { ApiKeyEvent } from '#libs/accounts';
import {
  defineProjection,
  defineTable,
  insert,
  instant,
  integer,
  nullable,
  type ProjectedEvent,
  type Row,
  text,
  textList,
  update,
} from '#libs/read-db';

type Created = Extract<ApiKeyEvent, { type: 'ApiKeyCreated' }>['data'];

/** A row per key ever given out. */
export const apiKeyTable = defineTable({
  columns: {
    tenantId: text(),
    keyId: text(),
    kind: text<Created['kind']>(),
    prefix: text(),
    last4: text(),
    name: text(),
    scopes: textList<Created['scopes'][number]>(),
    role: nullable(text<NonNullable<Created['role']>>()),
    rateLimitPerMinute: integer(),
    mode: text<Created['mode']>(),
    createdAt: instant(),
    /** From then on it is refused: as agreed at its creation or rotation, whichever is sooner. */
    expiresAt: nullable(instant()),
    successorKeyId: nullable(text()),
    revokedAt: nullable(instant()),
    revokeReason: nullable(text()),
  },
  key: ['tenantId', 'keyId'],
});

/** A key, as lists show it. */
export type ApiKeyRow = Row<typeof apiKeyTable>;

/**
 * Which keys has a tenant given out, and which of them still work?
 *
 * For lists. Requests are let in by the key's own stream, never by this.
 */
export const apiKeyProjection = defineProjection<ApiKeyEvent, typeof apiKeyTable>({
  name: 'api_key',
  version: 1,
  table: apiKeyTable,
  on: {
    ApiKeyCreated: (event) =>
      insert({
        ...keyOf(event),
        kind: event.data.kind,
        prefix: event.data.prefix,
        last4: event.data.last4,
        name: event.data.name,
        scopes: event.data.scopes,
        role: event.data.role,
        rateLimitPerMinute: event.data.rateLimitPerMinute,
        mode: event.data.mode,
        createdAt: event.data.createdAt,
        expiresAt: event.data.expiresAt,
        successorKeyId: null,
        revokedAt: null,
        revokeReason: null,
      }),
    ApiKeyRotated: (event) =>
      update(keyOf(event), (row) => ({
        ...row,
        successorKeyId: event.data.successorKeyId,
        expiresAt: sooner(row.expiresAt, event.data.validUntil),
      })),
    ApiKeyRevoked: (event) =>
      update(keyOf(event), (row) => ({
        ...row,
        revokedAt: event.data.revokedAt,
        revokeReason: event.data.reason,
      })),
  },
});

function keyOf(event: ProjectedEvent<ApiKeyEvent>) {
  return { tenantId: event.metadata.tenantId, keyId: event.data.keyId };
}

function sooner(known: string | null, other: string): string {
  return known !== null && Date.parse(known) < Date.parse(other) ? known : other;
}
