import type { PostbackEvent, Reading } from '#events/revenue';
import {
  bigInteger,
  boolean,
  defineProjection,
  defineTable,
  insert,
  instant,
  integer,
  json,
  nullable,
  type ProjectedEvent,
  type Row,
  text,
  textList,
  update,
} from '#libs/read-db';

/** What has become of a hit. `received`: nothing yet; `unmatched`: it waits for a transfer. */
export type PostbackStatus =
  'received' | 'matched' | 'duplicate' | 'revised' | 'unmatched' | 'ignored';

/** A row per hit. */
export const postbackInboxTable = defineTable({
  columns: {
    tenantId: text(),
    postbackId: text(),
    status: text<PostbackStatus>(),
    /** Why it is unmatched, or what a person said when ignoring it; else `null`. */
    reason: nullable(text()),
    /** Distance of the nearest transfer outside the window, in ms. */
    nearestMs: nullable(bigInteger()),
    tokenId: text(),
    /** The destination its token is for. */
    destinationId: nullable(text()),
    method: text(),
    receivedAt: instant(),
    /** Keyed hash of the caller's number. */
    callerHash: nullable(text()),
    vendorCallId: nullable(text()),
    /** Our own ids that were echoed. */
    ids: textList(),
    callAt: nullable(instant()),
    durationSeconds: nullable(integer()),
    /** In minor units; `null` if it does not say. */
    payoutMinor: nullable(bigInteger()),
    payoutMode: text<Reading['payoutMode']>(),
    currency: text(),
    billable: nullable(boolean()),
    buyer: nullable(text()),
    mapVersion: text(),
    warnings: json<Reading['warnings']>(),
    /** The transfer it counts for. */
    transferId: nullable(text()),
    leadId: nullable(text()),
    /** When the last event was recorded. */
    updatedAt: instant(),
    /** Of the last event. */
    position: bigInteger(),
  },
  key: ['tenantId', 'postbackId'],
  indexes: [
    ['tenantId', 'receivedAt desc', 'postbackId desc'],
    ['tenantId', 'status', 'receivedAt', 'postbackId'],
    ['tenantId', 'callerHash'],
    ['tenantId', 'vendorCallId'],
    ['tenantId', 'transferId'],
    ['ids'],
  ],
});

/** A hit, and what has become of it. */
export type PostbackInboxRow = Row<typeof postbackInboxTable>;

/** Which reports came in from buyers' platforms, and what has become of each? */
export const postbackInboxProjection = defineProjection<PostbackEvent, typeof postbackInboxTable>({
  name: 'postback_inbox',
  version: 1,
  table: postbackInboxTable,
  on: {
    PostbackReceived: (event) => {
      const { tokenId, destinationId, method, receivedAt, reading } = event.data;
      return insert({
        ...{ ...keyOf(event), tokenId, destinationId, method, receivedAt, status: 'received' },
        ...{ ...readAs(reading), ...nowhere, reason: null, ...last(event) },
      });
    },
    PostbackReadAnew: (event) => {
      const { destinationId, reading } = event.data;
      return update(keyOf(event), (row) => ({
        ...{ ...row, destinationId, ...readAs(reading), ...last(event) },
      }));
    },
    PostbackLeftUnmatched: (event) => {
      const { unmatchedReason: reason, nearestMs } = event.data;
      return update(keyOf(event), (row) => ({
        ...{ ...row, ...nowhere, status: 'unmatched', reason },
        ...{ nearestMs: nearestMs === null ? null : BigInt(nearestMs), ...last(event) },
      }));
    },
    PostbackSettled: (event) => {
      const { leadId, transferId, outcome: status } = event.data;
      return update(keyOf(event), (row) => ({
        ...{ ...row, leadId, transferId, status, reason: null, nearestMs: null, ...last(event) },
      }));
    },
    PostbackUnlinked: (event) =>
      update(keyOf(event), (row) => ({
        ...{ ...row, ...nowhere, status: 'unmatched', reason: 'unlinked', ...last(event) },
      })),
    PostbackIgnored: (event) =>
      update(keyOf(event), (row) => ({
        ...{ ...row, ...nowhere, status: 'ignored', reason: event.data.reason, ...last(event) },
      })),
  },
});

const nowhere = { transferId: null, leadId: null, nearestMs: null };

function keyOf(event: ProjectedEvent<PostbackEvent>) {
  return { tenantId: event.metadata.tenantId, postbackId: event.data.postbackId };
}

function readAs(reading: Reading) {
  const { callerHash, vendorCallId, ids, callAt, durationSeconds, payoutMinor } = reading;
  const { payoutMode, currency, billable, buyer, mapVersion, warnings } = reading;
  return {
    ...{ callerHash, vendorCallId, ids, callAt, durationSeconds },
    payoutMinor: payoutMinor === null ? null : BigInt(payoutMinor),
    ...{ payoutMode, currency, billable, buyer, mapVersion, warnings },
  };
}

function last({ recordedAt, position }: ProjectedEvent) {
  return { updatedAt: recordedAt.toISOString(), position };
}
