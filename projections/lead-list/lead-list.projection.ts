import type { LeadChannel, LeadEvent, LeadMode, LeadStatus } from '#libs/leads';
import {
  bigInteger,
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
    /** Of the last event: in the lead's own stream, and in the log. */
    revision: bigInteger(),
    position: bigInteger(),
  },
  key: ['tenantId', 'leadId'],
  indexes: [
    ['tenantId', 'receivedAt desc', 'leadId desc'],
    ['tenantId', 'status', 'receivedAt desc', 'leadId desc'],
    ['tenantId', 'phoneHash'],
  ],
});

/** A lead, as lists show it. */
export type LeadListRow = Row<typeof leadListTable>;

/** Which leads are there, newest first, and where does each stand? */
export const leadListProjection = defineProjection<LeadEvent, typeof leadListTable>({
  name: 'lead_list',
  version: 1,
  table: leadListTable,
  on: {
    LeadReceived: (event) =>
      insert({
        ...keyOf(event),
        mode: event.data.mode,
        // As in the lead itself: without a verdict it is not to be dialed.
        status: event.data.verdict?.eligible === true ? 'new' : 'ineligible',
        ineligibleReasons: event.data.verdict?.reasons ?? [],
        source: event.data.source,
        channel: event.data.channel,
        state: event.data.state,
        phoneHash: event.data.phoneHash,
        personal: event.data.personal,
        receivedAt: event.data.receivedAt,
        duplicateCount: 0,
        lastDuplicateAt: null,
        ...last(event),
      }),
    LeadFoundEligible: (event) =>
      update(keyOf(event), (row) => ({
        ...row,
        status: 'new',
        ineligibleReasons: [],
        ...last(event),
      })),
    LeadFoundIneligible: (event) =>
      update(keyOf(event), (row) => ({
        ...row,
        status: 'ineligible',
        ineligibleReasons: event.data.reasons,
        ...last(event),
      })),
    LeadDeduplicated: (event) =>
      update(keyOf(event), (row) => ({
        ...row,
        duplicateCount: row.duplicateCount + 1,
        lastDuplicateAt: event.data.submittedAt,
        ...last(event),
      })),
    ConsentRecorded: (event) => update(keyOf(event), (row) => ({ ...row, ...last(event) })),
    ConsentRevoked: (event) =>
      update(keyOf(event), (row) => ({
        ...row,
        status: 'ineligible',
        ineligibleReasons: revokedReasons(row),
        ...last(event),
      })),
  },
});

/** As in the lead itself: the revocation stands for whatever was said of its consent. */
function revokedReasons({ ineligibleReasons }: LeadListRow): string[] {
  const others = ineligibleReasons.filter((reason) => !reason.startsWith('consent_'));
  return ['consent_revoked', ...others];
}

function keyOf(event: ProjectedEvent<LeadEvent>) {
  return { tenantId: event.metadata.tenantId, leadId: event.data.leadId };
}

function last({ recordedAt, revision, position }: ProjectedEvent) {
  return { updatedAt: recordedAt.toISOString(), revision, position };
}
