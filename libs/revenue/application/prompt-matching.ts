import { type Position } from '#libs/event-store';
import { Pace } from '#libs/reactors';
import { isOpen } from '../domain/postback.js';
import { type Caller } from './caller.js';
import { type ShownSoFar } from './ports.js';
import { type StandingPostback } from './postback-ledger.js';
import { type PostbackMatcher } from './postback-matcher.js';
import { type ReceivedPostback } from './receive-postback.handler.js';
import { withinTime } from './within-time.js';

/** How much of matching is done while the sender waits. */
export interface PromptLimits {
  /** Reports that are being matched at a time. */
  readonly underWayMax: number;
  /** Reports that are matched in a second; after a rest, so many at once. */
  readonly perSecond: number;
  /** How long a sender waits for it. */
  readonly waitMs: number;
  /** How much of that may pass until the read side shows everything up to the report. */
  readonly shownWithinMs: number;
}

/**
 * Enough for the everyday. What is beyond is taken in at full speed and matched by the worker,
 * which falls behind instead of over.
 */
export const promptLimits: PromptLimits = {
  ...{ underWayMax: 8, perSecond: 100, waitMs: 300, shownWithinMs: 150 },
};

/**
 * Matches reports while their senders wait, as long as that is quick. Whatever is not done then is
 * done by the worker, which looks at every report by itself; so nothing depends on this.
 *
 * A report is assigned for good. So it is matched only where the read side shows everything before
 * it in the log: a better transfer that is not shown yet would be passed over.
 */
export class PromptMatching {
  readonly #pace: Pace;
  #underWay = 0;

  /** `nowMs`: for specs. */
  constructor(
    private readonly matcher: Pick<PostbackMatcher, 'matchReceived'>,
    private readonly shown: ShownSoFar,
    private readonly limits: PromptLimits = promptLimits,
    private readonly onProblem: (error: unknown) => void = () => undefined,
    nowMs?: () => number,
  ) {
    this.#pace = new Pace(limits.perSecond, nowMs);
  }

  /**
   * How the report stands now; `null`: it is not matched yet. Never rejects. A report that had come
   * before was looked at then, and is the worker’s if it still waits.
   */
  async match(received: ReceivedPostback, caller: Caller): Promise<StandingPostback | null> {
    const { postback, position } = received;
    if (!isOpen(postback)) return { postback, position: null };
    const { underWayMax, waitMs } = this.limits;
    if (position === null || this.#underWay >= underWayMax || !this.#pace.take()) return null;
    this.#underWay += 1;
    const matching = this.#matchWhenShown(received, position, caller)
      .catch((error: unknown) => {
        this.onProblem(error);
        return null;
      })
      .finally(() => (this.#underWay -= 1));
    return withinTime(matching, waitMs);
  }

  async #matchWhenShown(
    received: ReceivedPostback,
    position: Position,
    caller: Caller,
  ): Promise<StandingPostback | null> {
    const isShown = await this.shown.reaches(position, this.limits.shownWithinMs);
    return isShown ? this.matcher.matchReceived(received, caller) : null;
  }
}
