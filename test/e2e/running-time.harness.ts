/** Longer than a turn of the event loop takes, milliseconds. */
const TURN_MS_MAX = 50;

/**
 * Begins to count the milliseconds in which this process runs; what it returns ends that and tells
 * them. While a busy machine keeps the process waiting, its timers wait as well: of such a time no
 * more than a turn counts.
 */
export function runningTime(): () => number {
  let [ranMs, lastMs] = [0, performance.now()];
  const count = () => {
    const nowMs = performance.now();
    ranMs += Math.min(nowMs - lastMs, TURN_MS_MAX);
    lastMs = nowMs;
  };
  const counting = setInterval(count, TURN_MS_MAX / 5);
  return () => {
    clearInterval(counting);
    count();
    return ranMs;
  };
}
