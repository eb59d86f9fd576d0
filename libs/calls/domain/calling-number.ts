import { type DialingSettings } from './dialing.events.js';

/** One of our numbers, E.164; the same for a consumer as long as the numbers are. */
export function callingNumberOf({ callingNumbers }: DialingSettings, phoneHash: string): string {
  const sum = Array.from(phoneHash, (letter) => letter.codePointAt(0) ?? 0).reduce(
    (a, b) => a + b,
    0,
  );
  const number = callingNumbers[sum % callingNumbers.length];
  if (number === undefined) throw new Error('A tenant that dials has a number to call from.');
  return number;
}
