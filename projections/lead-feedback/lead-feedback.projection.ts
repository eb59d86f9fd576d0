import type { FeedbackEvent, FeedbackStatus, UnplacedReason } from '#events/revenue';
import {
  bigInteger,
  defineProjection,
  defineTable,
  insert,
  instant,
  nullable,
  type ProjectedEvent,
  type Row,
  text,
  update,
} from '#libs/read-db';

/** What has become of feedback. `received`: nothing yet; `unmatched`: it belongs to no lead. */
export type FeedbackStanding = 'received' | 'matched' | 'duplicate' | 'revised' | 'unmatched';

/** A row for each thing a buyer said of a lead. */
export const leadFeedbackTable = defineTable({
  columns: {
    tenantId: text(),
    feedbackId: text(),
    standing: text<FeedbackStanding>(),
    /** Why it is unmatched. */
    reason: nullable(text<UnplacedReason>()),
    tokenId: text(),
    /** The destination its token is for. */
    destinationId: nullable(text()),
    /** What it says of the lead; `null` where that is not understood. */
    status: nullable(text<FeedbackStatus>()),
    leadId: nullable(text()),
    transferId: nullable(text()),
    receivedAt: instant(),
    /** Of the last event. */
    position: bigInteger(),
  },
  key: ['tenantId', 'feedbackId'],
  indexes: [
    ['tenantId', 'receivedAt desc', 'feedbackId desc'],
    ['tenantId', 'standing', 'receivedAt desc', 'feedbackId desc'],
    ['tenantId', 'leadId'],
  ],
});

/** What a buyer said of a lead, and what has become of it. */
export type LeadFeedbackRow = Row<typeof leadFeedbackTable>;

/** What did buyers say of leads, and which of it belongs to none? */
export const leadFeedbackProjection = defineProjection<FeedbackEvent, typeof leadFeedbackTable>({
  name: 'lead_feedback',
  version: 1,
  table: leadFeedbackTable,
  on: {
    FeedbackReceived: (event) => {
      const { tokenId, destinationId, receivedAt, reading } = event.data;
      return insert({
        ...{ ...keyOf(event), tokenId, destinationId, receivedAt, status: reading.status },
        ...{ standing: 'received', reason: null, leadId: null, transferId: null },
        position: event.position,
      });
    },
    FeedbackPlaced: (event) => {
      const { leadId, transferId, outcome: standing } = event.data;
      const { position } = event;
      return update(keyOf(event), (row) => ({
        ...{ ...row, leadId, transferId, standing, reason: null, position },
      }));
    },
    FeedbackLeftUnplaced: (event) => {
      const { unplacedReason: reason } = event.data;
      const { position } = event;
      return update(keyOf(event), (row) => ({ ...row, standing: 'unmatched', reason, position }));
    },
  },
});

function keyOf({ metadata, data }: ProjectedEvent<FeedbackEvent>) {
  return { tenantId: metadata.tenantId, feedbackId: data.feedbackId };
}
