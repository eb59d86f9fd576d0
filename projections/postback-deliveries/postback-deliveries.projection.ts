import type { AttemptFailure, GivenUpReason, PostbackDeliveryEvent } from '#events/postbacks';
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
  update,
} from '#libs/read-db';

/** What has become of a delivery. `pending`: it is due, or will be. */
export const DELIVERY_STATUSES = ['pending', 'delivered', 'given_up'] as const;

/** What has become of a delivery. */
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** A row per delivery. */
export const postbackDeliveriesTable = defineTable({
  columns: {
    tenantId: text(),
    deliveryId: text(),
    targetId: text(),
    leadId: text(),
    callId: text(),
    transferId: text(),
    /** What the target is paid by its terms, in minor units; `null` if it is told no amount. */
    amountMinor: nullable(bigInteger()),
    /** ISO 4217; `null` without an amount. */
    currency: nullable(text()),
    /**
     * Of the event that scheduled it: of a transfer’s deliveries to a target, the last one counts.
     */
    scheduledPosition: bigInteger(),
    status: text<DeliveryStatus>(),
    attempts: integer(),
    scheduledAt: instant(),
    /** `null` before the first. */
    lastAttemptAt: nullable(instant()),
    /** While it is pending; before the first attempt, when it was scheduled. */
    nextAttemptAt: nullable(instant()),
    /** Why the last attempt was not a success. */
    lastFailure: nullable(text<AttemptFailure>()),
    /** HTTP status of the last attempt, if it was answered. */
    lastStatus: nullable(integer()),
    /** Sealed {text}: the beginning of the last answer. */
    lastBody: nullable(text()),
    lastTookMs: nullable(integer()),
    /** Why nothing more is sent. */
    givenUpReason: nullable(text<GivenUpReason>()),
    /** Of the last event. */
    position: bigInteger(),
  },
  key: ['tenantId', 'deliveryId'],
  indexes: [
    ['tenantId', 'scheduledAt desc', 'deliveryId desc'],
    ['tenantId', 'status', 'scheduledAt desc', 'deliveryId desc'],
    ['tenantId', 'transferId'],
    ['tenantId', 'targetId', 'transferId', 'scheduledPosition desc'],
  ],
});

/** A delivery, and what has become of it. */
export type PostbackDeliveryRow = Row<typeof postbackDeliveriesTable>;

type Attempted = Exclude<
  PostbackDeliveryEvent,
  { type: 'PostbackScheduled' | 'PostbackRescheduled' }
>;

/** Which targets were told of which calls, and what did they answer? */
export const postbackDeliveriesProjection = defineProjection<
  PostbackDeliveryEvent,
  typeof postbackDeliveriesTable
>({
  name: 'postback_deliveries',
  version: 2,
  table: postbackDeliveriesTable,
  on: {
    PostbackScheduled: (event) => {
      const { targetId, result, scheduledAt } = event.data;
      const { leadId, callId, transferId, amountMinor, currency } = result;
      return insert({
        ...{ ...keyOf(event), targetId, leadId, callId, transferId, scheduledAt },
        ...{ amountMinor: amountMinor === null ? null : BigInt(amountMinor), currency },
        ...{ status: 'pending', attempts: 0, nextAttemptAt: scheduledAt, ...notAttempted },
        ...{ position: event.position, scheduledPosition: event.position },
      });
    },
    PostbackRescheduled: (event) =>
      update(keyOf(event), (row) => ({
        ...{ ...row, status: 'pending', nextAttemptAt: event.data.rescheduledAt },
        ...{ givenUpReason: null, position: event.position },
      })),
    PostbackDelivered: (event) =>
      update(keyOf(event), (row) => ({
        ...{ ...row, ...attempted(event, event.data.deliveredAt), lastFailure: null },
        ...{ status: 'delivered', nextAttemptAt: null },
      })),
    PostbackAttemptFailed: (event) => {
      const { failedAt, failure: lastFailure, nextAttemptAt } = event.data;
      return update(keyOf(event), (row) => ({
        ...{ ...row, ...attempted(event, failedAt), lastFailure, nextAttemptAt },
      }));
    },
    PostbackGivenUp: (event) => {
      const { givenUpAt, failure, reason: givenUpReason } = event.data;
      const over = { status: 'given_up', nextAttemptAt: null, givenUpReason } as const;
      // Nothing was sent this time: the last attempt is the one before.
      if (failure === null) {
        return update(keyOf(event), (row) => ({ ...row, ...over, position: event.position }));
      }
      return update(keyOf(event), (row) => ({
        ...{ ...row, ...attempted(event, givenUpAt), lastFailure: failure, ...over },
      }));
    },
  },
});

const notAttempted = {
  ...{ lastAttemptAt: null, lastFailure: null, lastStatus: null, lastBody: null },
  ...{ lastTookMs: null, givenUpReason: null },
};

function keyOf(event: ProjectedEvent<PostbackDeliveryEvent>) {
  return { tenantId: event.metadata.tenantId, deliveryId: event.data.deliveryId };
}

function attempted({ data, position }: ProjectedEvent<Attempted>, lastAttemptAt: string) {
  const { attempt: attempts, answer } = data;
  return {
    ...{ attempts, lastAttemptAt, lastStatus: answer?.status ?? null },
    ...{ lastBody: answer?.body ?? null, lastTookMs: answer?.tookMs ?? null, position },
  };
}
