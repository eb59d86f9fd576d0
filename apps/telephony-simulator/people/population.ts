import { draw, drawBetween, drawOne } from './draw.js';
import {
  AGENT,
  FIXED_PEOPLE,
  GREETINGS,
  machineSaying,
  type Person,
  TEMPER_SHARES,
  TEMPERS,
} from './person.js';

/** People a test puts behind numbers, instead of those who would be there. */
export type People = ReadonlyMap<string, Person> | Readonly<Record<string, Person>>;

const TOLL_FREE = /^\+1(800|833|844|855|866|877|888)\d{7}$/;
const BUYERS_DESK = /^\+1512555(01[5-9]\d)$/;

/**
 * Whether a buyer's agents are behind an address: `sip:` addresses, toll-free numbers, and
 * +1 512 555 0150 to 0199. Consumers have none of these.
 */
export function isDestination(number: string): boolean {
  return /^sips?:/i.test(number) || TOLL_FREE.test(number) || BUYERS_DESK.test(number);
}

/**
 * Who is behind a number: the fixed people, agents behind the numbers of destinations, and
 * somebody drawn from seed and number behind all others. The same seed, the same people.
 */
export function personOf(number: string, seed: number): Person {
  const fixed = FIXED_PEOPLE.get(number);
  if (fixed !== undefined) return fixed;
  if (isDestination(number)) return AGENT;
  const temper = TEMPERS[drawOne(TEMPER_SHARES, seed, 'temper', number)];
  const person = temper.kind === 'machine' ? machineBehind(number, seed) : temper;
  return { ...person, ringSeconds: Math.round(drawBetween([2, 16], seed, 'ring', number)) };
}

function machineBehind(number: string, seed: number): Person {
  const drawn = Math.floor(draw(seed, 'greeting', number) * GREETINGS.length);
  return machineSaying(GREETINGS[drawn] ?? GREETINGS[0]);
}

/** Who a test put behind a number; `undefined`: nobody. */
export function overriding(people: People, number: string): Person | undefined {
  return people instanceof Map
    ? (people as ReadonlyMap<string, Person>).get(number)
    : (people as Readonly<Record<string, Person>>)[number];
}
