import {
  AliasDirectory,
  LeadFeedbackIntake,
  PromptFeedback,
  RevenueClock,
  type StandingFeedback,
} from '#libs/revenue';
import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { sentHits, someAtATime } from '../postbacks/sent-hits.js';

/** Feedback that is in the log, and how it stands; `null`: nobody has looked for its lead yet. */
export interface TakenFeedback {
  readonly received: StandingFeedback;
  readonly standing: StandingFeedback | null;
}

/** Takes in what buyers say of leads: first all of it into the log, then the leads are told. */
@Injectable()
export class FeedbackDesk {
  constructor(
    private readonly intake: LeadFeedbackIntake,
    private readonly prompt: PromptFeedback,
    private readonly aliases: AliasDirectory,
    private readonly clock: RevenueClock,
  ) {}

  /** One for each of the request, in their order. */
  async take(request: FastifyRequest): Promise<TakenFeedback[]> {
    const arrivedAt = this.clock.now();
    const hits = sentHits(request, arrivedAt.toISOString());
    const received = await someAtATime(hits, async ({ caller, id: feedbackId, ...hit }) => {
      const additions = this.aliases.of(hit.token.tenantId);
      return this.intake.receive({ ...hit, feedbackId, additions }, caller);
    });
    const [first] = hits;
    if (first === undefined) return [];
    const sent = received.map(({ feedback }) => ({ feedback, caller: first.caller }));
    const ageMs = this.clock.now().getTime() - arrivedAt.getTime();
    const standings = await this.prompt.place(first.token.tenantId, sent, ageMs);
    return received.map((each, index) => ({ received: each, standing: standings[index] ?? null }));
  }
}
