import type { PostbackDeliveryEvent } from '#events/postbacks';

type Of<Type extends PostbackDeliveryEvent['type']> = Extract<
  PostbackDeliveryEvent,
  { type: Type }
>;
type Data<Type extends PostbackDeliveryEvent['type']> = Of<Type>['data'];

/** An event with valid defaults, so that a spec states only what matters. */
function build<Type extends PostbackDeliveryEvent['type']>(type: Type, defaults: Data<Type>) {
  return (data: Partial<Data<Type>> = {}) =>
    ({ type, data: { ...defaults, ...data } }) as unknown as Of<Type>;
}

const delivery = { deliveryId: 'delivery-1', targetId: 'target-1' };
const body = 'v1.data-key-3.answer';

/** To one target, of a call to the first buyer that is worth 30 dollars. */
export const postbackScheduled = build('PostbackScheduled', {
  ...{ ...delivery, entryId: null, scheduledAt: '2026-01-06T16:03:00.000Z' },
  result: {
    ...{ leadId: 'lead-1', callId: 'call-1', transferId: 'transfer-1', mode: 'live' },
    ...{ source: 'my-webform', destinationId: 'buyer-1', buyer: 'Bright Solar' },
    ...{ stage: 'over', reason: null },
    ...{ connectedSeconds: 95, billable: true, amountMinor: 3_000, currency: 'USD' },
    ...{ bridgedAt: '2026-01-06T16:00:35.000Z', endedAt: '2026-01-06T16:02:10.000Z' },
  },
});

/** The first attempt; the next follows five seconds later. */
export const postbackAttemptFailed = build('PostbackAttemptFailed', {
  ...{ ...delivery, attempt: 1, failure: 'status', answer: { status: 503, body, tookMs: 84 } },
  ...{ nextAttemptAt: '2026-01-06T16:03:06.000Z', failedAt: '2026-01-06T16:03:01.000Z' },
});

/** The second attempt. */
export const postbackDelivered = build('PostbackDelivered', {
  ...{ ...delivery, attempt: 2, answer: { status: 200, body, tookMs: 84 } },
  deliveredAt: '2026-01-06T16:03:07.000Z',
});

/** Somebody has it tried again after the second. */
export const postbackRescheduled = build('PostbackRescheduled', {
  ...{ ...delivery, attempts: 2, rescheduledAt: '2026-01-07T09:00:00.000Z' },
});

/** The second attempt: the target is gone. */
export const postbackGivenUp = build('PostbackGivenUp', {
  ...{ ...delivery, attempt: 2, failure: 'status', answer: { status: 410, body, tookMs: 84 } },
  ...{ reason: 'gone', givenUpAt: '2026-01-06T16:03:07.000Z' },
});
