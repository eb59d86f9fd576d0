/** Why a lead is not to be looked at again yet. */
interface Held {
  /** The queue shows what was decided from this position on; `null`: it is not about the queue. */
  readonly position: bigint | null;
  /** Milliseconds of the process’ clock; from then on it is let go whatever the queue shows. */
  readonly untilMs: number;
  readonly isCall: boolean;
}

/**
 * Leads that were dealt with a moment ago, which the queue may still show as waiting: kept out of the
 * next rounds until it has caught up with what was decided about them.
 */
export class InHand {
  readonly #held = new Map<string, Held>();

  /** `position`: where the decision is in the log. */
  decided(leadId: string, position: bigint, nowMs: number, isCall: boolean): void {
    this.#held.set(leadId, { position, untilMs: nowMs + DECIDED_MS_MAX, isCall });
  }

  /** Nothing was decided: it is left alone for a while. */
  passedOver(leadId: string, nowMs: number, forMs: number): void {
    this.#held.set(leadId, { position: null, untilMs: nowMs + forMs, isCall: false });
  }

  /** Lets go of whom the queue, which shows everything up to `position`, is right about again. */
  letGo(position: bigint | null, nowMs: number): void {
    for (const [leadId, held] of this.#held) {
      const shown = held.position !== null && position !== null && position >= held.position;
      if (shown || nowMs >= held.untilMs) this.#held.delete(leadId);
    }
  }

  /** Everybody who is held. */
  get leadIds(): string[] {
    return [...this.#held.keys()];
  }

  /** Calls the queue does not show yet. */
  get calls(): number {
    return [...this.#held.values()].filter(({ isCall }) => isCall).length;
  }
}

/** A queue that is further behind than that is no reason to forget a lead. */
const DECIDED_MS_MAX = 60_000;
