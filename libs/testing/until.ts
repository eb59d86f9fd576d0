import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits for a condition and returns what it came to: the first value that is neither `false`,
 * `null` nor `undefined`. Rejects after `withinMs` (a minute unless told, which no machine is too
 * busy for), saying what was `awaited`.
 */
export async function until<Value>(
  awaited: string,
  condition: () => Value | Promise<Value>,
  { withinMs = 60_000 } = {},
): Promise<Exclude<Value, false | null | undefined>> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await condition();
    if (value !== false && value !== null && value !== undefined) {
      return value as Exclude<Value, false | null | undefined>;
    }
    if (performance.now() > deadline) throw new Error(`Waited in vain for: ${awaited}.`);
    await pause(10);
  }
}
