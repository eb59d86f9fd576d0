import { drawBetween } from '../../apps/telephony-simulator/people/draw.js';
import { AUSTIN, HONOLULU, type Town, TOWNS } from './places.js';

/** What a lead is there to show; `anybody` is whoever the telephone network draws. */
export type Part =
  | 'agrees'
  | 'machine'
  | 'no_answer'
  | 'busy'
  | 'opts_out'
  | 'declines'
  | 'first_destination_busy'
  | 'suppressed'
  | 'no_consent'
  | 'asleep'
  | 'anybody';

/** Somebody whose lead is sent in. */
export interface Participant {
  readonly part: Part;
  /** E.164, of the range kept for fiction. */
  readonly phone: string;
  readonly firstName: string;
  readonly town: Town;
}

/** Behind +1 512 555 0100 and the numbers after it, whatever the seed. */
const SANDBOX: readonly Part[] = [
  ...(['agrees', 'machine', 'no_answer', 'busy'] as const),
  ...(['opts_out', 'declines', 'first_destination_busy'] as const),
];
const FIRST_NAMES = ['Jane', 'Luis', 'Wei', 'Aisha', 'Peter', 'Olga', 'Emma', 'Noah', 'Maria'];
/** One lead in so many is of that part, and at least one. */
const ONE_IN: Readonly<Partial<Record<Part, number>>> = {
  suppressed: 16,
  no_consent: 12,
  asleep: 12,
};

/** Everybody of the sandbox, and one each of those who are not called. */
export const LEADS_MIN = SANDBOX.length + Object.keys(ONE_IN).length;
/** Far fewer than there are numbers. */
export const LEADS_MAX = 500;

/** Who takes part. The same seed, the same people, each with a number of their own. */
export function castOf(leads: number, seed: number): Participant[] {
  const sandbox = SANDBOX.map((part, index) => participant(part, AUSTIN, 100 + index, index));
  const special = (Object.entries(ONE_IN) as [Part, number][]).flatMap(([part, oneIn]) =>
    Array.from({ length: Math.max(1, Math.floor(leads / oneIn)) }, () => part),
  );
  const others = Array.from(
    { length: leads - sandbox.length - special.length },
    (): Part => 'anybody',
  );
  const drawn = [...special, ...others].map((part, index) => drawnOf(part, index, seed));
  return [...sandbox, ...drawn];
}

/**
 * Lines 0100 to 0199 of exchange 555 are kept for fiction, in every area. Those that end like the
 * sandbox are left out, so that their ends tell people apart.
 */
const LINES = { first: 107, count: 93 };
/** Shares no factor with how many lines and numbers there are: stepping by it meets each once. */
const STRIDE = 1_009;

function drawnOf(part: Part, index: number, seed: number): Participant {
  const numbers = TOWNS.length * LINES.count;
  const begin = Math.floor(drawBetween([0, numbers], seed, 'numbers'));
  const place = (begin + index * STRIDE) % numbers;
  const drawn = TOWNS[Math.floor(place / LINES.count)] ?? AUSTIN;
  const line = LINES.first + (place % LINES.count);
  return participant(part, part === 'asleep' ? HONOLULU : drawn, line, index);
}

function participant(part: Part, town: Town, line: number, index: number): Participant {
  const firstName = FIRST_NAMES[index % FIRST_NAMES.length] ?? '';
  return { part, phone: `+1${town.areaCode}555${String(line).padStart(4, '0')}`, firstName, town };
}

/** A number as it may be shown: `+1•••0100`. */
export function masked(phone: string): string {
  return `${phone.slice(0, 2)}•••${phone.slice(-4)}`;
}
