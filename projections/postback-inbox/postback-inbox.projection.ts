import { createHash } from 'node:crypto';
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
  present,
  type ProjectedEvent,
  type Row,
  text,
  textList,
  update,
} from '#libs/read-db';
import { wordsOf } from '#libs/revenue';
import {
  type HitReading,
  type HitStanding,
  type PostbackStatus,
  readSince,
  reportedAtOf,
  standing,
} from './hit-history.js';

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
    /** Its place among hits that came together. */
    sequence: integer(),
    /** Keyed hash of the caller's number. */
    callerHash: nullable(text()),
    vendorCallId: nullable(text()),
    /** Our own ids that were echoed. */
    ids: textList(),
    callAt: nullable(instant()),
    /** When the call was, for reports: as reported, but no later than the report came. */
    reportedAt: instant(),
    durationSeconds: nullable(integer()),
    /** In minor units; `null` if it does not say. */
    payoutMinor: nullable(bigInteger()),
    payoutMode: text<Reading['payoutMode']>(),
    currency: text(),
    billable: nullable(boolean()),
    buyer: nullable(text()),
    /** The same for all that say the same of a call, word for word. */
    words: text(),
    mapVersion: text(),
    /** Version of the rules that found no transfer; `null` before they did. */
    rulesVersion: nullable(integer()),
    /** Version of the built-in aliases by then, likewise. */
    soughtMapVersion: nullable(integer()),
    warnings: json<Reading['warnings']>(),
    /** The transfer it counts for. */
    transferId: nullable(text()),
    leadId: nullable(text()),
    /** The destination of that transfer, whatever its token is for. */
    settledDestinationId: nullable(text()),
    /** Of that lead; `null` where nobody can tell. */
    mode: nullable(text<'live' | 'test'>()),
    /**
     * Whether another transfer was as good as the one it counts for, and no person has looked yet.
     */
    ambiguous: boolean(),
    /** All it has been, oldest first, so that any moment can be asked for. */
    standings: json<readonly HitStanding[]>(),
    /** All it was taken to say, oldest first, likewise. */
    readings: json<readonly HitReading[]>(),
    /** When the last event was recorded. */
    updatedAt: instant(),
    /** Of the last event. */
    position: bigInteger(),
  },
  key: ['tenantId', 'postbackId'],
  indexes: [
    ['tenantId', 'receivedAt desc', 'postbackId desc'],
    ['tenantId', 'status', 'receivedAt', 'postbackId'],
    ['status', 'receivedAt', 'postbackId'],
    ['tenantId', 'reportedAt'],
    ['tenantId', 'tokenId', 'receivedAt desc', 'postbackId desc'],
    ['ids'],
  ],
  partialIndexes: [
    { where: { ambiguous: true }, columns: ['tenantId', 'receivedAt desc', 'postbackId desc'] },
    { where: { callerHash: present }, columns: ['tenantId', 'callerHash'] },
    { where: { vendorCallId: present }, columns: ['tenantId', 'vendorCallId'] },
    { where: { transferId: present }, columns: ['tenantId', 'transferId'] },
  ],
});

/** A hit, and what has become of it. */
export type PostbackInboxRow = Row<typeof postbackInboxTable>;

/**
 * Which reports came in from buyers' platforms, and what has become of each?
 *
 * Version 2 also knows what became of it when, for reports as of a moment. Version 3 knows the
 * order of those that came together, and where those that count do. Version 4 finds all of a token
 * or statement. Version 5 knows which matches are ambiguous, 6 which of them were found right, and
 * finds what waits of all tenants. Version 7 knows what it was taken to say when, and where it
 * counted. Version 8 costs less to write. Version 9 knows by which built-in aliases nothing was
 * found. Version 10 knows which hits say the same, and which were taken to say that a call is not
 * paid for, so that what is at stake is what the ledger would make of it.
 */
export const postbackInboxProjection = defineProjection<PostbackEvent, typeof postbackInboxTable>({
  name: 'postback_inbox',
  version: 10,
  table: postbackInboxTable,
  // Its row costs as much as taking a report in; nothing is decided on it before it is matched.
  unhurried: ['PostbackReceived'],
  on: {
    PostbackReceived: (event) => {
      const { tokenId, method, receivedAt, sequence } = event.data;
      return insert({
        ...{ ...keyOf(event), tokenId, method, receivedAt, sequence, status: 'received' },
        ...{ ...readAs(event, receivedAt, []), ...nowhere, reason: null, rulesVersion: null },
        soughtMapVersion: null,
        ...last(event),
        standings: standing([], event, 'received'),
      });
    },
    PostbackReadAnew: (event) =>
      update(keyOf(event), (row) => ({
        ...{ ...row, ...readAs(event, row.receivedAt, row.readings), ...last(event) },
      })),
    PostbackLeftUnmatched: (event) => {
      const { unmatchedReason: reason, nearestMs, rulesVersion } = event.data;
      const { aliasMapVersion: soughtMapVersion } = event.data;
      return update(keyOf(event), (row) => ({
        ...{ ...row, ...nowhere, status: 'unmatched', reason, rulesVersion, soughtMapVersion },
        ...{ nearestMs: nearestMs === null ? null : BigInt(nearestMs), ...last(event) },
        standings: standing(row.standings, event, 'unmatched'),
      }));
    },
    PostbackAssigned: (event) => {
      const { ambiguous } = event.data.match;
      return update(keyOf(event), (row) => ({ ...row, ambiguous, ...last(event) }));
    },
    PostbackSettled: (event) => {
      const { leadId, transferId, mode, outcome: status } = event.data;
      const { destinationId } = event.data;
      return update(keyOf(event), (row) => ({
        ...{ ...row, leadId, transferId, settledDestinationId: destinationId, mode, status },
        ...{ reason: null, nearestMs: null, ...last(event) },
        standings: standing(row.standings, event, status, { destinationId, mode }),
      }));
    },
    PostbackUnlinked: (event) =>
      update(keyOf(event), (row) => ({
        ...{ ...row, ...nowhere, status: 'unmatched', reason: 'unlinked', ...last(event) },
        standings: standing(row.standings, event, 'unmatched'),
      })),
    PostbackMatchConfirmed: (event) =>
      update(keyOf(event), (row) => ({ ...row, ambiguous: false, ...last(event) })),
    PostbackIgnored: (event) =>
      update(keyOf(event), (row) => ({
        ...{ ...row, ...nowhere, status: 'ignored', reason: event.data.reason, ...last(event) },
        standings: standing(row.standings, event, 'ignored'),
      })),
  },
});

const nowhere = {
  ...{ transferId: null, leadId: null, settledDestinationId: null, mode: null, nearestMs: null },
  ambiguous: false,
};

function keyOf(event: ProjectedEvent<PostbackEvent>) {
  return { tenantId: event.metadata.tenantId, postbackId: event.data.postbackId };
}

type ReadEvent = ProjectedEvent<
  Extract<PostbackEvent, { type: 'PostbackReceived' | 'PostbackReadAnew' }>
>;

function readAs(event: ReadEvent, receivedAt: string, before: readonly HitReading[]) {
  const { destinationId, reading } = event.data;
  const { callerHash, vendorCallId, ids, callAt, durationSeconds, payoutMinor } = reading;
  const { payoutMode, currency, billable, buyer, mapVersion, warnings } = reading;
  const reportedAt = reportedAtOf(reading, receivedAt);
  const words = digestOf(wordsOf(reading));
  const said = { payoutMode, currency, billable, buyer, words };
  return {
    ...{ destinationId, callerHash, vendorCallId, ids, callAt, reportedAt, durationSeconds },
    payoutMinor: payoutMinor === null ? null : BigInt(payoutMinor),
    ...{ ...said, mapVersion, warnings },
    readings: readSince(before, event, {
      ...{ destinationId, vendorCallId, reportedAt, payoutMinor, ...said },
    }),
  };
}

/** Kept twice for each hit, so it is short: 132 bits tell any two apart. */
function digestOf(words: string): string {
  return createHash('sha256').update(words).digest('base64url').slice(0, 22);
}

function last({ recordedAt, position }: ProjectedEvent) {
  return { updatedAt: recordedAt.toISOString(), position };
}
