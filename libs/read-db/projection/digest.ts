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

/** An event's id (a UUID) as a digest takes it. Digit by digit: every event has one made. */
export function fingerprintOf(eventId: string): Uint32Array {
  const lanes = new Uint32Array(4);
  let digits = 0;
  for (let index = 0; index < eventId.length; index += 1) {
    const digit = hexDigit(eventId.charCodeAt(index));
    if (digit < 0) continue;
    const lane = digits >> 3;
    lanes[lane] = ((lanes[lane] ?? 0) << 4) | digit;
    digits += 1;
  }
  return lanes;
}

/** What a character counts; -1 for one that is no digit. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = (code | 0x20) - 0x61;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}
