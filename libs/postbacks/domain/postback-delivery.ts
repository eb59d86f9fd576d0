import { type CallResult, type PostbackDeliveryEvent } from './postback-delivery.events.js';

/** A delivery that was decided on. */
export interface KnownDelivery {
  readonly status: 'pending' | 'delivered' | 'given_up';
  readonly deliveryId: string;
  readonly targetId: string;
  readonly result: CallResult;
  /** How many attempts are in the log. */
  readonly attempts: number;
  /** ISO-8601 UTC. */
  readonly scheduledAt: string;
}

/** A delivery's history, folded. */
export type PostbackDelivery = { readonly status: 'absent' } | KnownDelivery;

/** Before anything happened. */
export function initialState(): PostbackDelivery {
  return { status: 'absent' };
}

/** Follows history without judging it. */
export function evolve(state: PostbackDelivery, event: PostbackDeliveryEvent): PostbackDelivery {
  if (event.type === 'PostbackScheduled') {
    const { deliveryId, targetId, result, scheduledAt } = event.data;
    return { status: 'pending', deliveryId, targetId, result, attempts: 0, scheduledAt };
  }
  if (state.status === 'absent') return state;
  const { attempt: attempts } = event.data;
  switch (event.type) {
    case 'PostbackDelivered':
      return { ...state, status: 'delivered', attempts };
    case 'PostbackAttemptFailed':
      return { ...state, attempts };
    case 'PostbackGivenUp':
      return { ...state, status: 'given_up', attempts };
  }
}
