import { describe, expect, it } from '@jest/globals';
import { runStorm } from './storm.js';

describe('calling under fire', () => {
  it('keeps every law while api and worker are killed and reports are lost', async () => {
    const seed = Math.floor(Math.random() * 1_000_000);
    const said: string[] = [`seed ${seed}`];
    const verdict = await runStorm({
      ...{
        calls: 150,
        kills: 3,
        seed,
        tenants: 1,
        waitingMax: 10,
        secondsMax: 120,
        drainSecondsMax: 180,
      },
      ...{ speed: 30, concurrentCallsMax: 40, calmMsMax: 3_000, callWatchMs: 3_000 },
      print: (line) => said.push(line),
    });
    expect([verdict.problems, said]).toEqual([[], said]);
    expect(verdict.calls).toBeGreaterThanOrEqual(150);
    expect([verdict.kills, verdict.connected > 0]).toEqual([3, true]);
  }, 400_000);
});
