import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 25;

/** A part of the read side that says how far it has come. */
export interface Shows {
  position(): Promise<bigint | null>;
}

/**
 * How much of the log the read side shows. Whoever waits for it asks together with all others who do,
 * so that a burst of events costs no more questions than one.
 */
export class ShownSoFar {
  #position = -1n;
  #asking: Promise<void> | null = null;

  constructor(private readonly parts: readonly Shows[]) {}

  /** `true` as soon as all parts show everything up to a position; `false` after `withinMs`. */
  async reaches(position: bigint, withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    while (this.#position < position) {
      if (performance.now() >= deadline) return false;
      await (this.#asking ??= this.#ask());
    }
    return true;
  }

  async #ask(): Promise<void> {
    try {
      const positions = await Promise.all(this.parts.map((part) => part.position()));
      const known = positions.map((position) => position ?? -1n);
      const least = known.reduce((one, other) => (other < one ? other : one));
      // Nothing new: it is not asked again at once.
      if (least === this.#position) await pause(POLL_MS);
      this.#position = least;
    } finally {
      this.#asking = null;
    }
  }
}
