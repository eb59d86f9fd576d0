import { type Clock, systemClock } from '#libs/kernel';
import { defineReactor, type Reactor } from '#libs/reactors';
import { type LeadFeedbackIntake } from '../application/lead-feedback-intake.js';
import { type ShownSoFar } from '../application/ports.js';
import { type FeedbackEvent, feedbackEvents } from '../domain/lead-feedback.events.js';

/** What {@link LeadFeedback} is put together from. */
export interface LeadFeedbackParts {
  readonly intake: Pick<LeadFeedbackIntake, 'place'>;
  readonly shown: ShownSoFar;
  /** The machine's clock if left out. */
  readonly clock?: Clock;
}

/** How long to wait for a read side that is behind: within a turn, and between turns. */
const WAIT_MS = 5_000;
const BEHIND_MS = 1_000;

/**
 * Sees to it that every lead is told what buyers say of it (PB-10): what the api did not get to,
 * and what names a transfer that the read side did not show yet.
 */
export class LeadFeedback {
  readonly reactor: Reactor;

  constructor({ intake, shown, clock = systemClock }: LeadFeedbackParts) {
    this.reactor = defineReactor<FeedbackEvent, string>({
      name: 'lead_feedback',
      startAt: 'beginning',
      events: [...feedbackEvents],
      on: {
        FeedbackReceived: async ({ position, data: { feedbackId } }) => {
          if (await shown.reaches(position, WAIT_MS)) return [feedbackId];
          return { again: { at: new Date(clock.now().getTime() + BEHIND_MS), memo: {} } };
        },
      },
      run: (feedbackId, order) => intake.place(order.tenantId, feedbackId, order),
    });
  }
}
