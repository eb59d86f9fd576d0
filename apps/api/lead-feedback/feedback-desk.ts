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
    const hits = sentHits(request, this.clock.now().toISOString());
    const received = await someAtATime(hits, async ({ caller, id: feedbackId, ...hit }) => {
      const additions = this.aliases.of(hit.token.tenantId);
      return this.intake.receive({ ...hit, feedbackId, additions }, caller);
    });
    const taken: TakenFeedback[] = [];
    // One after another: of several on one lead, the later one is compared with the earlier one.
    for (const [index, each] of received.entries()) {
      const { token, id, caller } = hits[index] ?? {};
      const isKnown = token !== undefined && id !== undefined && caller !== undefined;
      const standing = isKnown ? await this.prompt.place(token.tenantId, id, caller) : null;
      taken.push({ received: each, standing });
    }
    return taken;
  }
}
