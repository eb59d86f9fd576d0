/**
 * Which events were applied, in 32 hex digits: the sum of their ids, in four lanes of 32 bits.
 *
 * A sum does not depend on order or on batches, so the log can be recounted in any way. One event
 * left out or applied twice changes it; ids are hashes, so two faults do not cancel.
 */
export class EventDigest {
  readonly #lanes = new Uint32Array(4);

  /** Continues from a stored digest. */
  static from(hex: string): EventDigest {
    const digest = new EventDigest();
    for (let lane = 0; lane < 4; lane += 1) {
      digest.#lanes[lane] = Number.parseInt(hex.slice(lane * 8, lane * 8 + 8), 16);
    }
    return digest;
  }

  add(fingerprint: Uint32Array): void {
    for (let lane = 0; lane < 4; lane += 1) {
      // The array itself keeps 32 bits of the sum.
      this.#lanes[lane] = (this.#lanes[lane] ?? 0) + (fingerprint[lane] ?? 0);
    }
  }

  toString(): string {
    return Array.from(this.#lanes, (lane) => lane.toString(16).padStart(8, '0')).join('');
  }
}

/** An event's id (a UUID) as a digest takes it. */
export function fingerprintOf(eventId: string): Uint32Array {
  const hex = eventId.replaceAll('-', '');
  return Uint32Array.of(
    Number.parseInt(hex.slice(0, 8), 16),
    Number.parseInt(hex.slice(8, 16), 16),
    Number.parseInt(hex.slice(16, 24), 16),
    Number.parseInt(hex.slice(24, 32), 16),
  );
}
