import { type TenantId } from '#libs/kernel';
import { Pace } from '#libs/reactors';
import { type FeedbackPlace, type KnownFeedback } from '../domain/lead-feedback.js';
import { type Caller } from './caller.js';
import { inBatches } from './in-batches.js';
import { type LeadFeedbackIntake, type StandingFeedback } from './lead-feedback-intake.js';
import { promptLimits } from './prompt-matching.js';
import { withinTime } from './within-time.js';

/** Leads that are told at a time of one list. */
const LEADS_AT_ONCE = 8;
/** Whoever sends a list waits for so many turns of one at most. */
const TURNS_MAX = 10;
/**
 * Beyond this age a request waits no more, its taking in included: it has to be answered well
 * before its time is up, for whoever is told that it failed sends all of it again.
 */
const AGE_MS_MAX = 2_000;

/** Feedback that is in the log, and who sent it. */
export interface SentOnLead {
  readonly feedback: KnownFeedback;
  readonly caller: Caller;
}

interface Placed extends SentOnLead {
  readonly place: FeedbackPlace | null;
}

/** What has come of a list until now. */
interface SoFar {
  readonly standings: Map<string, StandingFeedback>;
  /** Leads that were not told all: what is said later must not overtake that. */
  readonly untold: Set<string>;
}

/**
 * Tells leads what buyers say of them while the senders wait, as long as that is quick. The worker
 * does what is not done then, so nothing depends on this.
 */
export class PromptFeedback {
  readonly #pace = new Pace(promptLimits.perSecond);

  constructor(
    private readonly intake: Pick<LeadFeedbackIntake, 'placeOf' | 'placeAt'>,
    private readonly onProblem: (error: unknown) => void = () => undefined,
    private readonly waitMs = promptLimits.waitMs,
  ) {}

  /**
   * How each stands now, in their order; `null`: nobody got to it. Some leads are told at a time,
   * and each in the order of the list: what is said later is compared with what was said before.
   * Never rejects. `ageMs`: since when the request has been under way.
   */
  async place(
    tenantId: TenantId,
    sent: readonly SentOnLead[],
    ageMs = 0,
  ): Promise<(StandingFeedback | null)[]> {
    const standings = new Map<string, StandingFeedback>();
    const late = new AbortController();
    const waitMs = Math.min(this.waitMs * Math.min(sent.length, TURNS_MAX), AGE_MS_MAX - ageMs);
    if (waitMs > 0) await withinTime(this.#tellAll(tenantId, sent, standings, late.signal), waitMs);
    late.abort();
    return sent.map(({ feedback }) => standings.get(feedback.received.feedbackId) ?? null);
  }

  async #tellAll(
    tenantId: TenantId,
    sent: readonly SentOnLead[],
    standings: Map<string, StandingFeedback>,
    late: AbortSignal,
  ): Promise<void> {
    const sofar = { standings, untold: new Set<string>() };
    await inBatches(sent, LEADS_AT_ONCE, (batch) => this.#tellSome(tenantId, batch, sofar, late));
  }

  /** Those are looked up that are told next, so that whatever is late costs the rest alone. */
  async #tellSome(
    tenantId: TenantId,
    sent: readonly SentOnLead[],
    { standings, untold }: SoFar,
    late: AbortSignal,
  ): Promise<void> {
    const placed = sent.map((): Placed | null => null);
    await this.#someAtATime(sent.entries(), late, async ([index, each]) => {
      placed[index] = { ...each, place: await this.intake.placeOf(tenantId, each.feedback) };
    });
    await this.#someAtATime(
      byLead(placed.flatMap((each) => each ?? [])).entries(),
      late,
      async ([lane, ofLead]) => {
        if (untold.has(lane)) return;
        untold.add(lane);
        for (const { feedback, place, caller } of ofLead) {
          if (late.aborted || !this.#pace.take()) return;
          const standing = await this.intake.placeAt(tenantId, feedback, place, caller);
          standings.set(feedback.received.feedbackId, standing);
        }
        untold.delete(lane);
      },
    );
  }

  /** What fails is left to the worker, and the rest goes on. */
  async #someAtATime<Item>(
    items: Iterator<Item>,
    late: AbortSignal,
    work: (item: Item) => Promise<void>,
  ): Promise<void> {
    const worker = async () => {
      for (let next = items.next(); next.done !== true && !late.aborted; next = items.next()) {
        await work(next.value).catch(this.onProblem);
      }
    };
    await Promise.all(Array.from({ length: LEADS_AT_ONCE }, worker));
  }
}

/** In the order of the list; what belongs to no lead is each on its own. */
function byLead(placed: readonly Placed[]): Map<string, Placed[]> {
  const lanes = new Map<string, Placed[]>();
  for (const each of placed) {
    const lane = each.place?.leadId ?? `none ${each.feedback.received.feedbackId}`;
    lanes.set(lane, [...(lanes.get(lane) ?? []), each]);
  }
  return lanes;
}
