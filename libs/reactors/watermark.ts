/** An event that was begun; call it when nothing is left to do for it. */
export type Finish = () => void;

interface Place {
  readonly position: bigint;
  readonly passedAt: Date | null;
  finished: boolean;
}

/**
 * Up to where in the log everything is finished, though events are worked on side by side. Events
 * are begun in log order.
 */
export class Watermark {
  #position: bigint | null;
  #passedAt: Date | null = null;
  /** From the oldest that is unfinished on. */
  #open: Place[] = [];
  #first = 0;
  #unfinished = 0;

  constructor(position: bigint | null) {
    this.#position = position;
  }

  /** Of the last event before which, and with which, everything is finished. */
  get position(): bigint | null {
    return this.#position;
  }

  /** When that event was recorded; `null` if none has passed here yet. */
  get passedAt(): Date | null {
    return this.#passedAt;
  }

  /** How many events are unfinished. */
  get unfinished(): number {
    return this.#unfinished;
  }

  /** How many events are remembered: those unfinished, and whatever was finished after them. */
  get remembered(): number {
    return this.#open.length - this.#first;
  }

  begin(position: bigint, passedAt: Date | null): Finish {
    const place = { position, passedAt, finished: false };
    this.#open.push(place);
    this.#unfinished += 1;
    return () => {
      if (place.finished) return;
      place.finished = true;
      this.#unfinished -= 1;
      this.#advance();
    };
  }

  #advance(): void {
    for (let place = this.#open[this.#first]; place?.finished === true;) {
      this.#position = place.position;
      this.#passedAt = place.passedAt ?? this.#passedAt;
      this.#first += 1;
      place = this.#open[this.#first];
    }
    if (this.#first < 1_000 && this.#first < this.#open.length) return;
    this.#open = this.#open.slice(this.#first);
    this.#first = 0;
  }
}
