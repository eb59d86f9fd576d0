import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4_096;

const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/**
 * `count` fresh random bytes (at most 4,096), never handed out before.
 *
 * The system is asked for a pool of them at a time: a lead needs three draws, and each would cost
 * a system call, several microseconds, whatever its size. What was drawn is wiped from the pool.
 */
export function drawRandomBytes(count: number): Buffer {
  if (count > POOL_BYTES) throw new RangeError(`At most ${POOL_BYTES} bytes can be drawn at once.`);
  if (used + count > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const drawn = Buffer.from(pool.subarray(used, used + count));
  pool.fill(0, used, used + count);
  used += count;
  return drawn;
}
