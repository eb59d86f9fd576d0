import { type LeadEvent } from '#events/leads';
import { type Decider } from '#libs/kernel';
import {
  type FeedbackEvent,
  type FeedbackOutcome,
  type FeedbackReading,
  type FeedbackStatus,
  type LeadFeedbackEvent,
  type UnplacedReason,
} from './lead-feedback.events.js';

type DataOf<Type extends FeedbackEvent['type']> = Extract<FeedbackEvent, { type: Type }>['data'];

/** Where feedback belongs. */
export interface FeedbackPlace {
  readonly leadId: string;
  /** The transfer that was named; `null` if a lead or a call was. */
  readonly transferId: string | null;
}

/** Feedback, and what has become of it. */
export interface KnownFeedback {
  readonly status: 'received' | 'placed' | 'unplaced';
  readonly received: DataOf<'FeedbackReceived'>;
  readonly place: (FeedbackPlace & { readonly outcome: FeedbackOutcome }) | null;
  readonly reason: UnplacedReason | null;
}

/** Its history, folded. */
export type Feedback = { readonly status: 'absent' } | KnownFeedback;

/** What can be wished of feedback. Instants are ISO-8601 UTC. */
export type FeedbackCommand =
  | { readonly type: 'ReceiveFeedback'; readonly feedback: DataOf<'FeedbackReceived'> }
  | ({ readonly type: 'PlaceFeedback'; readonly outcome: FeedbackOutcome } & FeedbackPlace & At)
  | ({ readonly type: 'LeaveUnplaced'; readonly reason: UnplacedReason } & At);

interface At {
  readonly at: string;
}

/** Why feedback cannot be placed by what it says itself; `null` if it can. */
export function reasonAgainst(reading: FeedbackReading): UnplacedReason | null {
  if (reading.format === 'unreadable') return 'unreadable';
  if (reading.ids.length === 0) return 'id_missing';
  if (reading.status !== null) return null;
  return reading.isStatusKnown ? 'status_missing' : 'status_unknown';
}

function decide(command: FeedbackCommand, state: Feedback): FeedbackEvent[] {
  if (command.type === 'ReceiveFeedback') {
    const isNew = state.status === 'absent';
    return isNew ? [{ type: 'FeedbackReceived', data: command.feedback }] : [];
  }
  if (state.status === 'absent' || state.status === 'placed') return [];
  const { feedbackId } = state.received;
  if (command.type === 'PlaceFeedback') {
    const { leadId, transferId, outcome, at: placedAt } = command;
    const data = { feedbackId, leadId, transferId, outcome, placedAt };
    return [{ type: 'FeedbackPlaced', data }];
  }
  const { reason: unplacedReason, at: decidedAt } = command;
  if (state.reason === unplacedReason) return [];
  return [{ type: 'FeedbackLeftUnplaced', data: { feedbackId, unplacedReason, decidedAt } }];
}

function evolve(state: Feedback, event: FeedbackEvent): Feedback {
  if (event.type === 'FeedbackReceived') {
    return { status: 'received', received: event.data, place: null, reason: null };
  }
  if (state.status === 'absent') return state;
  if (event.type === 'FeedbackLeftUnplaced') {
    return { ...state, status: 'unplaced', reason: event.data.unplacedReason };
  }
  const { leadId, transferId, outcome } = event.data;
  return { ...state, status: 'placed', reason: null, place: { leadId, transferId, outcome } };
}

/** What becomes of feedback. Every command can be repeated. */
export const feedbackDecider: Decider<Feedback, FeedbackCommand, FeedbackEvent> = {
  initialState: () => ({ status: 'absent' }),
  ...{ decide, evolve },
};

type Told = LeadFeedbackEvent['data'];

/** What buyers have said of a lead so far, oldest first. */
export interface FeedbackOfLead {
  readonly told: readonly Pick<Told, 'feedbackId' | 'tokenId' | 'status' | 'outcome'>[];
}

/** A lead is told of feedback. */
export type TellLead = { readonly type: 'TellLead' } & Omit<Told, 'outcome'>;

/** What a buyer says is compared with what the same token said last. */
function outcomeOf({ tokenId, status }: TellLead, { told }: FeedbackOfLead): FeedbackOutcome {
  const last: FeedbackStatus | undefined = told.findLast(
    (each) => each.tokenId === tokenId,
  )?.status;
  if (last === undefined) return 'matched';
  return last === status ? 'duplicate' : 'revised';
}

/** What a lead is told by buyers. The same feedback again changes nothing. */
export const leadFeedbackDecider: Decider<FeedbackOfLead, TellLead, LeadEvent | LeadFeedbackEvent> =
  {
    initialState: () => ({ told: [] }),
    decide: (command, state) => {
      const { leadId, transferId, feedbackId, tokenId, destinationId } = command;
      const { status, keyId, personal, receivedAt } = command;
      if (state.told.some((each) => each.feedbackId === feedbackId)) return [];
      const about = { leadId, transferId, feedbackId, tokenId, destinationId };
      const outcome = outcomeOf(command, state);
      const data = { ...about, status, outcome, keyId, personal, receivedAt };
      return [{ type: 'LeadFeedbackReceived', data }];
    },
    evolve: (state, event) =>
      // The stream holds all that happens to the lead; the rest is passed over.
      event.type === 'LeadFeedbackReceived' ? { told: [...state.told, event.data] } : state,
  };
