import { type TenantId } from '#libs/kernel';
import { Pace } from '#libs/reactors';
import { type Caller } from './caller.js';
import { type LeadFeedbackIntake, type StandingFeedback } from './lead-feedback-intake.js';
import { promptLimits } from './prompt-matching.js';
import { withinTime } from './within-time.js';

/**
 * Tells leads what buyers say of them while the senders wait, as long as that is quick. The worker
 * does what is not done then, so nothing depends on this.
 */
export class PromptFeedback {
  readonly #pace = new Pace(promptLimits.perSecond);

  constructor(
    private readonly intake: Pick<LeadFeedbackIntake, 'place'>,
    private readonly onProblem: (error: unknown) => void = () => undefined,
  ) {}

  /** How it stands now; `null`: nobody has looked for its lead yet. Never rejects. */
  async place(
    tenantId: TenantId,
    feedbackId: string,
    caller: Caller,
  ): Promise<StandingFeedback | null> {
    if (!this.#pace.take()) return null;
    const placing = this.intake.place(tenantId, feedbackId, caller).catch((error: unknown) => {
      this.onProblem(error);
      return null;
    });
    return withinTime(placing, promptLimits.waitMs);
  }
}
