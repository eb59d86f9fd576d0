import { type Decider } from '#libs/kernel';
import {
  type AttemptFailure,
  type CallResult,
  type GivenUpReason,
  type PostbackDeliveryEvent,
  type TargetAnswer,
} from './postback-delivery.events.js';
import { evolve, initialState, type PostbackDelivery } from './postback-delivery.js';
import { postbackDeliveryNotFound } from './postbacks.errors.js';

/** Decides to tell a target; instants are ISO-8601 UTC here and below. */
export interface SchedulePostback {
  readonly type: 'SchedulePostback';
  readonly deliveryId: string;
  readonly targetId: string;
  readonly result: CallResult;
  /** The revenue entry that changed what is told; `null`: the call was over. */
  readonly entryId: string | null;
  readonly scheduledAt: string;
}

/** What becomes of a delivery after an attempt; `nextAttemptAt` is ISO-8601 UTC. */
export type AttemptVerdict =
  | { readonly kind: 'delivered' }
  | {
      readonly kind: 'retry';
      readonly failure: AttemptFailure;
      readonly nextAttemptAt: string;
    }
  | {
      readonly kind: 'give_up';
      /** `null` if nothing was sent. */
      readonly failure: AttemptFailure | null;
      readonly reason: GivenUpReason;
    };

/** Writes down what an attempt came to, and what follows. */
export interface RecordAttempt {
  readonly type: 'RecordAttempt';
  /** From 1. */
  readonly attempt: number;
  readonly answer: TargetAnswer;
  readonly verdict: AttemptVerdict;
  readonly at: string;
}

/** Has a delivery tried again that was given up. */
export interface ReschedulePostback {
  readonly type: 'ReschedulePostback';
  readonly at: string;
}

/** What can be wished of a delivery. */
export type PostbackDeliveryCommand = SchedulePostback | RecordAttempt | ReschedulePostback;

function schedule(command: SchedulePostback, state: PostbackDelivery): PostbackDeliveryEvent[] {
  if (state.status !== 'absent') return [];
  const { deliveryId, targetId, result, entryId, scheduledAt } = command;
  const data = { deliveryId, targetId, result, entryId, scheduledAt };
  return [{ type: 'PostbackScheduled', data }];
}

/** An attempt that is in the log already, or comes after the end, is not written down again. */
function record(command: RecordAttempt, state: PostbackDelivery): PostbackDeliveryEvent[] {
  const { attempt, answer, verdict, at } = command;
  if (state.status !== 'pending' || attempt !== state.attempts + 1) return [];
  const { deliveryId, targetId } = state;
  const made = { deliveryId, targetId, attempt, answer };
  switch (verdict.kind) {
    case 'delivered':
      return [{ type: 'PostbackDelivered', data: { ...made, deliveredAt: at } }];
    case 'retry': {
      const { failure, nextAttemptAt } = verdict;
      const data = { ...made, failure, nextAttemptAt, failedAt: at };
      return [{ type: 'PostbackAttemptFailed', data }];
    }
    case 'give_up': {
      const { failure, reason } = verdict;
      const data = { ...made, failure, reason, givenUpAt: at };
      return [{ type: 'PostbackGivenUp', data }];
    }
  }
}

/** What is due already stays so, and what was delivered is never sent again. */
function reschedule(command: ReschedulePostback, state: PostbackDelivery): PostbackDeliveryEvent[] {
  if (state.status === 'absent') throw postbackDeliveryNotFound();
  if (state.status !== 'given_up') return [];
  const { deliveryId, targetId, attempts } = state;
  const data = { deliveryId, targetId, attempts, rescheduledAt: command.at };
  return [{ type: 'PostbackRescheduled', data }];
}

/** Decides about one postback to one target. */
export const postbackDeliveryDecider: Decider<
  PostbackDelivery,
  PostbackDeliveryCommand,
  PostbackDeliveryEvent
> = {
  decide(command, state) {
    switch (command.type) {
      case 'SchedulePostback':
        return schedule(command, state);
      case 'RecordAttempt':
        return record(command, state);
      case 'ReschedulePostback':
        return reschedule(command, state);
    }
  },
  evolve,
  initialState,
};
