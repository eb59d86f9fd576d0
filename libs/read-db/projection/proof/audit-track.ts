import { fingerprintOf } from '../digest.js';
import { type AuditedEvent, type AuditedProjection } from './audited-log.js';
import { type ServingBuild } from './serving-builds.js';
import { equals, minus, noEvents, plus, type Tally, TallyCounter } from './tally.js';

/** How far the log was counted for a build, and what came of it so far. */
export interface AuditProgress {
  /** The log was counted up to here; null before the first event. */
  readonly readPosition: bigint | null;
  /** What it holds for the projection up to there. */
  readonly counted: Tally;
  /** The last place where the count was compared with the build's. */
  readonly position: bigint | null;
  /** What the build was found to have applied beyond the log, all in all. */
  readonly known: Tally;
}

/** Nothing was counted yet. */
export const atTheBeginning: AuditProgress = {
  readPosition: null,
  counted: noEvents,
  position: null,
  known: noEvents,
};

/** A stretch of the log of which a build did not apply what is there. */
export interface Mismatch {
  /** Exclusive; null is the beginning of the log. */
  readonly after: bigint | null;
  readonly upTo: bigint;
  /** What was applied beyond what is there; below zero, too little was. */
  readonly excess: Tally;
}

const none: readonly Mismatch[] = [];

/** Samples waiting for the count; beyond this, every other one is let go. */
const samplesMax = 512;

interface Sample {
  readonly position: bigint;
  /** All that the build accounts for up to the position: applied, or left out as dead letters. */
  readonly claimed: Tally;
}

/**
 * Counts the log for one build, and compares at every position at which the build's own count was
 * seen. Events and positions are to be told in the order of the log.
 *
 * Each comparison concerns what came since the one before, so that faults far from each other are
 * found one by one, and an old fault does not hide a new one.
 */
export class AuditTrack {
  readonly projection: AuditedProjection;
  readonly build: number;
  #counter: TallyCounter;
  #readPosition: bigint | null;
  /** Since here nothing that counts has come. */
  #countedAt: bigint | null;
  #position: bigint | null;
  #known: Tally;
  #samples: Sample[] = [];
  #lastClaim: Tally | null = null;

  constructor(projection: AuditedProjection, build: number, progress: AuditProgress) {
    this.projection = projection;
    this.build = build;
    this.#counter = new TallyCounter(progress.counted);
    this.#readPosition = progress.readPosition;
    this.#countedAt = progress.readPosition;
    this.#position = progress.position;
    this.#known = progress.known;
  }

  get progress(): AuditProgress {
    return {
      readPosition: this.#readPosition,
      counted: this.#counter.tally,
      position: this.#position,
      known: this.#known,
    };
  }

  /** The log was counted up to here. */
  get readPosition(): bigint | null {
    return this.#readPosition;
  }

  /** Up to where the log is to be counted for the samples there are; null if no further. */
  get target(): bigint | null {
    const last = this.#samples.at(-1)?.position ?? null;
    if (last === null || this.#readPosition === null) return last;
    return last > this.#readPosition ? last : null;
  }

  /** How many events the build accounts for at the last sample. */
  get claimed(): bigint {
    return this.#samples.at(-1)?.claimed.count ?? 0n;
  }

  /** Whether there is something to compare without counting further. */
  get isDue(): boolean {
    const [first] = this.#samples;
    return (
      first !== undefined && this.#readPosition !== null && first.position <= this.#readPosition
    );
  }

  /** Takes down what the build says of itself now. */
  sample({ position, applied, leftOut }: Pick<ServingBuild, 'position' | 'applied' | 'leftOut'>) {
    if (position === null) return;
    const claimed = plus(applied, leftOut);
    const last = this.#samples.at(-1)?.position ?? this.#position;
    const isNew = last === null || position > last;
    const isOther = position === last && !equals(claimed, this.#lastClaim ?? claimed);
    if (!isNew && !isOther) return;
    this.#lastClaim = claimed;
    this.#samples.push({ position, claimed });
    if (this.#samples.length > samplesMax) this.#thinOut();
  }

  /**
   * Takes in an event of the log; none that is past the last sample counts yet. Its fingerprint is
   * the same for all tracks.
   */
  take(event: AuditedEvent, fingerprint = fingerprintOf(event.id)): readonly Mismatch[] {
    const { position } = event;
    if (this.#readPosition !== null && position <= this.#readPosition) return none;
    const [next] = this.#samples;
    if (next !== undefined && position < next.position) {
      // So it is with nearly every event: nothing is to be compared yet.
      this.#count(event, fingerprint);
      this.#readPosition = position;
      return none;
    }
    const before = this.passTo(position - 1n);
    const { target } = this;
    if (target === null || position > target) return before;
    this.#count(event, fingerprint);
    return [...before, ...this.passTo(position)];
  }

  #count({ type, position }: AuditedEvent, fingerprint: Uint32Array): void {
    if (!Object.hasOwn(this.projection.on, type)) return;
    this.#counter.add(fingerprint);
    this.#countedAt = position;
  }

  /** Everything up to `position` was taken in. */
  passTo(position: bigint): Mismatch[] {
    const { target } = this;
    if (target !== null) {
      const reached = position < target ? position : target;
      if (this.#readPosition === null || reached > this.#readPosition) this.#readPosition = reached;
    }
    return this.#settle();
  }

  /** Compares wherever the build was seen. */
  #settle(): Mismatch[] {
    const mismatches: Mismatch[] = [];
    for (;;) {
      const sample = this.#samples[0];
      const read = this.#readPosition;
      if (sample === undefined || read === null || sample.position > read) return mismatches;
      this.#samples.shift();
      // The count may be past a build that someone else has just counted, or that went back.
      if (this.#countedAt !== null && sample.position < this.#countedAt) continue;
      const mismatch = this.#compare(sample);
      if (mismatch !== null) mismatches.push(mismatch);
    }
  }

  #compare({ position, claimed }: Sample): Mismatch | null {
    const [after, before] = [this.#position, this.#known];
    this.#position = position;
    this.#known = minus(claimed, this.#counter.tally);
    if (equals(this.#known, before)) return null;
    return { after, upTo: position, excess: minus(this.#known, before) };
  }

  #thinOut(): void {
    const last = this.#samples.length - 1;
    this.#samples = this.#samples.filter((_, index) => index === last || index % 2 === 1);
  }
}
