import { describe, expect, it } from '@jest/globals';
import type { DestinationUsageEvent } from '#events/calls';
import fc from 'fast-check';
import { foldInMemory } from '#libs/read-db';
import { history, slotReleased, slotReserved } from '#events/testing';
import { destinationUsageProjection } from './index.js';

const after = (...events: DestinationUsageEvent[]) =>
  foldInMemory(destinationUsageProjection, history(events))[0];

const windows = slotReserved().data.windows;
const once = {
  ...{ tenantId: 'acme', destinationId: 'buyer-1', inFlight: 1, ...windows },
  ...{ hourCount: 1, dayCount: 1, weekCount: 1, monthCount: 1, total: 1 },
  ...{ lastReservedAt: '2026-01-06T16:00:25.000Z', reservations: { 'transfer-1': windows } },
  position: 100n,
};
const inNextHour = (counts = { hour: 1, day: 2, week: 2, month: 2, total: 2, concurrent: 2 }) =>
  slotReserved({
    ...{ transferId: 'transfer-2', windows: { ...windows, hour: '2026-01-06T11-06:00' }, counts },
  });

describe('the usage of a destination', () => {
  it('is what the reservation says it is after it', () => {
    expect(after(slotReserved())).toEqual(once);
    expect(after(slotReserved(), inNextHour())).toMatchObject({
      ...{ inFlight: 2, hour: '2026-01-06T11-06:00', hourCount: 1, dayCount: 2, total: 2 },
    });
  });

  it('keeps what was used when the transfer is over', () => {
    expect(after(slotReserved(), slotReleased())).toEqual({
      ...{ ...once, inFlight: 0, reservations: {}, position: 200n },
    });
  });

  it('takes a transfer that nobody was connected in back where it still counts', () => {
    const unused = slotReleased({ used: false });
    expect(after(slotReserved(), unused)).toMatchObject({
      ...{ inFlight: 0, hourCount: 0, dayCount: 0, weekCount: 0, monthCount: 0, total: 0 },
    });
    expect(after(slotReserved(), inNextHour(), unused)).toMatchObject({
      ...{ inFlight: 1, hourCount: 1, dayCount: 1, weekCount: 1, monthCount: 1, total: 1 },
    });
  });

  it('releases a transfer once, however often that is said, and none it does not know', () => {
    const unused = slotReleased({ used: false });
    const released = after(slotReserved(), unused);
    expect(after(slotReserved(), unused, unused)).toEqual(released);
    expect(after(slotReserved(), slotReleased({ transferId: 'transfer-9' }))).toEqual(once);
    expect(after(unused)).toBeUndefined();
  });

  it('is the number of transfers that were reserved and are not over', () => {
    const steps = fc.array(fc.tuple(fc.nat({ max: 5 }), fc.boolean(), fc.boolean()));
    fc.assert(
      fc.property(steps, (each) => {
        const open = new Set<string>();
        let total = 0;
        const events = each.map(([number, reserve, used]): DestinationUsageEvent => {
          const transferId = `t-${number}`;
          if (!reserve || open.has(transferId)) {
            if (open.delete(transferId) && !used) total -= 1;
            return slotReleased({ transferId, used });
          }
          open.add(transferId);
          total += 1;
          const counts = { ...{ hour: total, day: total, week: total, month: total, total } };
          return slotReserved({ transferId, counts: { ...counts, concurrent: open.size } });
        });
        const row = after(...events);
        expect(row?.inFlight ?? 0).toBe(open.size);
        expect([row?.total ?? 0, row?.hourCount ?? 0]).toEqual([total, total]);
      }),
    );
  });
});
