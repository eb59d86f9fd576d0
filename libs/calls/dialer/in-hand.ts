/** Why a lead is not to be looked at again yet. */
type Held =
  /** It is being dealt with, and may come to a call. */
  | { readonly kind: 'taken' }
  /** The queue shows what was decided from this position of the log on. */
  | { readonly kind: 'decided'; readonly position: bigint; readonly isCall: boolean }
  /** Nothing was decided; in milliseconds of the process’ clock. */
  | { readonly kind: 'passed_over'; readonly untilMs: number };

/**
 * Leads that are being dealt with or were a moment ago, which the queue may still show as waiting:
 * kept out of the next choices until it has caught up with what was decided about them.
 *
 * However far the queue is behind, they stay: a call that is forgotten takes no line, and a tenant
 * would have more consumers on the phone than it allowed.
 */
export class InHand {
  readonly #held = new Map<string, Held>();

  /** Somebody begins to deal with it. */
  take(leadId: string): void {
    this.#held.set(leadId, { kind: 'taken' });
  }

  /** `position`: where the decision is in the log. */
  decided(leadId: string, position: bigint, isCall: boolean): void {
    this.#held.set(leadId, { kind: 'decided', position, isCall });
  }

  /** Nothing was decided: it is left alone until then. */
  passedOver(leadId: string, untilMs: number): void {
    this.#held.set(leadId, { kind: 'passed_over', untilMs });
  }

  /** Lets go of whom the queue, which shows everything up to `position`, is right about again. */
  letGo(position: bigint | null, nowMs: number): void {
    for (const [leadId, held] of this.#held) {
      if (isOver(held, position, nowMs)) this.#held.delete(leadId);
    }
  }

  /** Whether it is being dealt with or was a moment ago. */
  holds(leadId: string): boolean {
    return this.#held.has(leadId);
  }

  /** Everybody who is held. */
  get leadIds(): string[] {
    return [...this.#held.keys()];
  }

  /** Those about whom something is being decided, or was that the queue does not show yet. */
  get unshown(): string[] {
    return [...this.#held].flatMap(([leadId, { kind }]) =>
      kind === 'passed_over' ? [] : [leadId],
    );
  }

  /** Calls that the queue does not show yet, and those there may be. */
  get calls(): number {
    const calls = [...this.#held.values()].filter(
      (held) => held.kind === 'taken' || (held.kind === 'decided' && held.isCall),
    );
    return calls.length;
  }
}

function isOver(held: Held, position: bigint | null, nowMs: number): boolean {
  switch (held.kind) {
    case 'taken':
      return false;
    case 'decided':
      return position !== null && position >= held.position;
    case 'passed_over':
      return nowMs >= held.untilMs;
  }
}
