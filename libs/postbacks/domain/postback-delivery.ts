import { type CallResult, type PostbackDeliveryEvent } from './postback-delivery.events.js';

/** A delivery that was decided on. */
export interface KnownDelivery {
  readonly status: 'pending' | 'delivered' | 'given_up';
  readonly deliveryId: string;
  readonly targetId: string;
  readonly result: CallResult;
  /** How many attempts are in the log. */
  readonly attempts: number;
  /** How many of them were made before it was last rescheduled. */
  readonly earlierAttempts: number;
  /** When it was scheduled, or last rescheduled; ISO-8601 UTC. */
  readonly dueSince: string;
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
    const { deliveryId, targetId, result, scheduledAt: dueSince } = event.data;
    const made = { attempts: 0, earlierAttempts: 0 };
    return { status: 'pending', deliveryId, targetId, result, ...made, dueSince };
  }
  if (state.status === 'absent') return state;
  if (event.type === 'PostbackRescheduled') {
    const { attempts: earlierAttempts, rescheduledAt: dueSince } = event.data;
    return { ...state, status: 'pending', earlierAttempts, dueSince };
  }
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
