import { type Caller } from './caller.js';
import { type StandingPostback } from './postback-ledger.js';
import { type PostbackMatcher } from './postback-matcher.js';
import { type ReceivedPostback } from './receive-postback.handler.js';

/** How much of matching is done while the sender waits. */
export interface PromptLimits {
  /** Reports that are being matched at a time. */
  readonly underWayMax: number;
  /** How long a sender waits for it. */
  readonly waitMs: number;
}

/** Enough for the everyday; a burst is matched by the worker, which falls behind instead of over. */
export const promptLimits: PromptLimits = { underWayMax: 32, waitMs: 300 };

/**
 * Matches reports while their senders wait, as long as that is quick. Whatever is not done then is
 * done by the worker, which looks at every report by itself; so nothing depends on this.
 */
export class PromptMatching {
  #underWay = 0;

  constructor(
    private readonly matcher: Pick<PostbackMatcher, 'matchReceived'>,
    private readonly limits: PromptLimits = promptLimits,
    private readonly onProblem: (error: unknown) => void = () => undefined,
  ) {}

  /** How the report stands now; `null`: it is not matched yet. Never rejects. */
  async match(received: ReceivedPostback, caller: Caller): Promise<StandingPostback | null> {
    const { underWayMax, waitMs } = this.limits;
    if (this.#underWay >= underWayMax) return null;
    this.#underWay += 1;
    const matching = this.matcher
      .matchReceived(received, caller)
      .catch((error: unknown) => {
        this.onProblem(error);
        return null;
      })
      .finally(() => (this.#underWay -= 1));
    return withinTime(matching, waitMs);
  }
}

/** What it resolves to, or `null` after `waitMs`; then it goes on unwatched. */
async function withinTime<Value>(work: Promise<Value>, waitMs: number): Promise<Value | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      resolve(null);
    }, waitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
