import { AREA_CODES_BY_STATE } from './area-codes.js';

/** A number nobody has, and the state its area code belongs to. */
export interface FictionalPhone {
  /** Ten digits, as people type them. */
  readonly digits: string;
  readonly state: string;
}

/**
 * The exchange 555 belongs to no telephone company, in no area code: 555-0100 to 555-0199 are kept
 * for fiction, 555-1212 is directory assistance, and nothing else rings at anybody's.
 */
const EXCHANGE = '555';
const DIRECTORY_ASSISTANCE = 1212;
const LINES = 10_000;

const areas = Object.entries(AREA_CODES_BY_STATE).flatMap(([state, codes]) =>
  codes.map((code) => ({ state, code })),
);

/** Shares no factor with the count of numbers, so that stepping by it meets each of them once. */
const STRIDE = 1_299_709;

/** How many different numbers there are, directory assistance counted in. */
const NUMBERS = areas.length * LINES;

/** How many different phones one seed has. */
export const FICTIONAL_PHONES_MAX = NUMBERS - areas.length;

/** The golden ratio's multiples are as far apart from each other as any can be. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/**
 * Valid US numbers that nobody can be reached at, each once. All seeds go through the same round of
 * numbers, each from another point: seeds 1 to 20 have 60,000 phones each before they meet.
 */
export class FictionalPhones {
  #place: number;
  #taken = 0;

  constructor(seed: number) {
    const steps = Math.floor(((seed * GOLDEN_RATIO) % 1) * NUMBERS);
    this.#place = (steps * STRIDE) % NUMBERS;
  }

  /** The next phone. Throws when all {@link FICTIONAL_PHONES_MAX} were taken. */
  next(): FictionalPhone {
    if (this.#taken === FICTIONAL_PHONES_MAX) throw new RangeError('No fictional phone is left.');
    do this.#place = (this.#place + STRIDE) % NUMBERS;
    while (this.#place % LINES === DIRECTORY_ASSISTANCE);
    this.#taken += 1;
    return phoneAt(this.#place);
  }
}

function phoneAt(place: number): FictionalPhone {
  const area = areas[Math.floor(place / LINES)];
  if (area === undefined) throw new RangeError(`There is no phone at ${place}.`);
  const line = String(place % LINES).padStart(4, '0');
  return { digits: `${area.code}${EXCHANGE}${line}`, state: area.state };
}
