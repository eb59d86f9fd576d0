import type { CallEvent } from '#events/calls';
import {
  type CallingProgress,
  type LeadChannel,
  type LeadMode,
  type LeadStatus,
  type LeadStreamEvent,
  progressAfter,
  statusOf,
} from '#libs/leads';
import {
  bigInteger,
  boolean,
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

/** A row per lead. */
export const leadListTable = defineTable({
  columns: {
    tenantId: text(),
    leadId: text(),
    mode: text<LeadMode>(),
    status: text<LeadStatus>(),
    /** What the status is made of. */
    eligible: boolean(),
    progress: text<CallingProgress>(),
    ineligibleReasons: textList(),
    source: nullable(text()),
    channel: text<LeadChannel>(),
    state: nullable(text()),
    phoneHash: text(),
    /** Sealed, as in the event; opened on read for those who may see it. */
    personal: text(),
    receivedAt: instant(),
    /** When the last event was recorded. */
    updatedAt: instant(),
    duplicateCount: integer(),
    lastDuplicateAt: nullable(instant()),
    /** Calls to the consumer so far, and when the last one was decided on. */
    callCount: integer(),
    lastCallAt: nullable(instant()),
    /** Of the last event: in the lead's own stream, and in the log. */
    revision: bigInteger(),
    position: bigInteger(),
  },
  key: ['tenantId', 'leadId'],
  indexes: [
    // Read backwards, for the newest first: what comes last in an index fills its pages.
    ['tenantId', 'receivedAt', 'leadId'],
    ['tenantId', 'status', 'receivedAt', 'leadId'],
    ['tenantId', 'phoneHash'],
  ],
});

/** A lead, as lists show it. */
export type LeadListRow = Row<typeof leadListTable>;

/**
 * Which leads are there, newest first, and where does each stand?
 *
 * Version 2 knows what happens on the telephone: statuses beside `new` and `ineligible`, and how
 * often and when a lead was called. Version 3 also counts what buyers report as revisions. Version 4
 * has indexes that a new lead comes last in.
 */
export const leadListProjection = defineProjection<LeadStreamEvent, typeof leadListTable>({
  name: 'lead_list',
  version: 4,
  table: leadListTable,
  on: {
    LeadReceived: (event) => insert(received(event)),
    LeadFoundEligible: (event) =>
      update(keyOf(event), (row) => judged(row, event, { eligible: true, reasons: [] })),
    LeadFoundIneligible: (event) =>
      update(keyOf(event), (row) =>
        judged(row, event, { eligible: false, reasons: event.data.reasons }),
      ),
    LeadDeduplicated: (event) =>
      update(keyOf(event), (row) => ({
        ...row,
        duplicateCount: row.duplicateCount + 1,
        lastDuplicateAt: event.data.submittedAt,
        ...last(event),
      })),
    ConsentRecorded: note,
    ConsentRevoked: (event) =>
      update(keyOf(event), (row) =>
        judged(row, event, { eligible: false, reasons: revokedReasons(row) }),
      ),
    DialDeferred: follow,
    CallAttempted: (event) =>
      update(keyOf(event), (row) => ({
        ...called(row, event),
        callCount: event.data.attempt,
        lastCallAt: event.data.attemptedAt,
      })),
    CallPlaced: follow,
    CallRang: follow,
    CallAnswered: follow,
    AnswererRecognised: follow,
    PrequalificationStarted: follow,
    QuestionAnswered: follow,
    LeadQualified: follow,
    LeadDisqualified: follow,
    CallbackRequested: follow,
    ConsumerOptedOut: follow,
    PrequalificationAbandoned: follow,
    TransferRequested: follow,
    NoDestinationFound: follow,
    DestinationDialed: follow,
    DestinationAnswered: follow,
    WhisperPlayed: follow,
    CallBridged: follow,
    TransferFailed: follow,
    CallEnded: follow,
    LeadExhausted: follow,
    PostbackMatched: note,
    PostbackRefused: note,
    PostbackDetached: note,
    RevenueConfirmed: note,
    RevenueRevised: note,
    RevenueReversed: note,
  },
});

function received(
  event: ProjectedEvent<Extract<LeadStreamEvent, { type: 'LeadReceived' }>>,
): LeadListRow {
  const { mode, source, channel, state, phoneHash, personal, receivedAt, verdict } = event.data;
  // As in the lead itself: without a verdict it is not to be dialed.
  const standing = { eligible: verdict?.eligible === true, progress: 'new' } as const;
  return {
    ...keyOf(event),
    mode,
    status: statusOf(standing),
    ...standing,
    ineligibleReasons: verdict?.reasons ?? [],
    ...{ source, channel, state, phoneHash, personal, receivedAt },
    ...{ duplicateCount: 0, lastDuplicateAt: null, callCount: 0, lastCallAt: null },
    ...last(event),
  };
}

function judged(
  row: LeadListRow,
  event: ProjectedEvent,
  { eligible, reasons }: { readonly eligible: boolean; readonly reasons: readonly string[] },
): LeadListRow {
  const status = statusOf({ ...row, eligible });
  return { ...row, status, eligible, ineligibleReasons: reasons, ...last(event) };
}

/** As in the lead itself: the revocation stands for whatever was said of its consent. */
function revokedReasons({ ineligibleReasons }: LeadListRow): string[] {
  const others = ineligibleReasons.filter((reason) => !reason.startsWith('consent_'));
  return ['consent_revoked', ...others];
}

/** Every event changes the row, be it only that its revision is shown (as-of lists rest on it). */
function note(event: ProjectedEvent<LeadStreamEvent>) {
  return update(keyOf(event), (row: LeadListRow) => ({ ...row, ...last(event) }));
}

function follow(event: ProjectedEvent<CallEvent>) {
  return update(keyOf(event), (row: LeadListRow) => called(row, event));
}

function called(row: LeadListRow, event: ProjectedEvent<CallEvent>): LeadListRow {
  const progress = progressAfter(row.progress, event);
  return { ...row, status: statusOf({ ...row, progress }), progress, ...last(event) };
}

function keyOf(event: ProjectedEvent<LeadStreamEvent>) {
  return { tenantId: event.metadata.tenantId, leadId: event.data.leadId };
}

function last({ recordedAt, revision, position }: ProjectedEvent) {
  return { updatedAt: recordedAt.toISOString(), revision, position };
}
