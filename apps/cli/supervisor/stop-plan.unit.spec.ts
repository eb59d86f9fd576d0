import { describe, expect, it } from '@jest/globals';
import { partTitles } from './part.js';
import { stopPlan, stopReserveMs } from './stop-plan.js';

describe('stopping', () => {
  it('ends what uses a thing before the thing', () => {
    const order = stopPlan.map(({ part }) => part);
    expect(order).toEqual(['api', 'worker', 'telephony', 'eventstore', 'postgres']);
    expect([...order].sort()).toEqual(Object.keys(partTitles).sort());
  });

  it('takes no more than ten seconds, even if every part has to be made to end', () => {
    const total = stopPlan.reduce((sum, { withinMs }) => sum + withinMs, stopReserveMs);
    expect(total).toBeLessThanOrEqual(10_000);
  });
});
