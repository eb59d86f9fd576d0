import { createHash } from 'node:crypto';

/**
 * A number from 0 to below 1 that looks random and is the same for the same seed and keys. Keys
 * name what is drawn, so that what happens to one call does not depend on which others there are.
 */
export function draw(seed: number, ...keys: readonly (string | number)[]): number {
  const text = JSON.stringify([seed, ...keys]);
  return createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** A number from `min` to below `max`, drawn like {@link draw}. */
export function drawBetween(
  [min, max]: readonly [number, number],
  seed: number,
  ...keys: readonly (string | number)[]
): number {
  return min + draw(seed, ...keys) * (max - min);
}

/** One of the keys of `shares`, each as often as its share says; the shares add up to 1. */
export function drawOne<Key extends string>(
  shares: Readonly<Record<Key, number>>,
  seed: number,
  ...keys: readonly (string | number)[]
): Key {
  let left = draw(seed, ...keys);
  const names = Object.keys(shares) as Key[];
  for (const name of names) {
    left -= shares[name];
    if (left < 0) return name;
  }
  const last = names.at(-1);
  if (last === undefined) throw new RangeError('There is nothing to draw from.');
  return last;
}
