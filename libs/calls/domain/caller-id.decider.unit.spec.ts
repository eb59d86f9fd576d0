import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold, type TenantId } from '#libs/kernel';
import { callerIdDecider, type TakeCallerId } from './caller-id.decider.js';
import { type CallerIdEvent } from './caller-id.events.js';

const NUMBER = '+15125550190';
const BEGAN_MS = Date.parse('2026-11-30T17:00:00.000Z');
const at = (minutes: number) => new Date(BEGAN_MS + minutes * 60_000).toISOString();
const [ACME, ZENITH] = ['acme' as TenantId, 'zenith' as TenantId];

const take = (
  tenantId: TenantId,
  minutes: number,
  more: Partial<TakeCallerId> = {},
): TakeCallerId => ({
  type: 'TakeCallerId',
  ...{ number: NUMBER, mode: 'live', tenantId, unused: null, at: at(minutes), ...more },
});
const decide = (history: readonly CallerIdEvent[], command: TakeCallerId) =>
  callerIdDecider.decide(command, fold(callerIdDecider, history));
const taken = (tenantId: TenantId, minutes: number) => decide([], take(tenantId, minutes));
const refused = expect.objectContaining({ code: 'caller_id_taken', kind: 'validation' });

describe('a number to call from', () => {
  it('is taken once, and its claim made anew after a while', () => {
    const history = taken(ACME, 0);
    expect(history).toMatchObject([{ data: { number: NUMBER, tenantId: ACME, takenAt: at(0) } }]);
    expect(decide(history, take(ACME, 29))).toEqual([]);
    expect(decide(history, take(ACME, 30))).toMatchObject([{ data: { takenAt: at(30) } }]);
  });

  it('is nobody else’s, whose it is not said', () => {
    const history = taken(ACME, 0);
    expect(() => decide(history, take(ZENITH, 600))).toThrow(refused);
    try {
      decide(history, take(ZENITH, 600));
    } catch (error) {
      expect(JSON.stringify([error, String(error)])).not.toContain('acme');
    }
  });

  it('of a sandbox keeps nobody from real calls, nor the other way round', () => {
    const history = decide([], take(ACME, 0, { mode: 'sandbox' }));
    expect(decide(history, take(ZENITH, 1))).toHaveLength(1);
    expect(() => decide(history, take(ZENITH, 1, { mode: 'sandbox' }))).toThrow(refused);
  });

  it('is taken over where the claim is unused and an hour old, and still the same', () => {
    const history = taken(ACME, 0);
    const unused = { tenantId: ACME, takenAt: at(0) };
    expect(() => decide(history, take(ZENITH, 59, { unused }))).toThrow(refused);
    expect(decide(history, take(ZENITH, 60, { unused }))).toMatchObject([
      { data: { tenantId: ZENITH } },
    ]);
    const renewed = [...history, ...decide(history, take(ACME, 40))];
    expect(() => decide(renewed, take(ZENITH, 120, { unused }))).toThrow(refused);
  });

  it('has one holder, whoever takes it in whatever order, if nobody’s claim is found unused', () => {
    const wishes = fc.array(
      fc.record({ tenantId: fc.constantFrom(ACME, ZENITH), minutes: fc.nat({ max: 600 }) }),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(wishes, (all) => {
        let history: CallerIdEvent[] = [];
        for (const { tenantId, minutes } of all) {
          try {
            history = [...history, ...decide(history, take(tenantId, minutes))];
          } catch {
            expect(tenantId).not.toBe(all[0]?.tenantId);
          }
        }
        expect(new Set(history.map(({ data }) => data.tenantId))).toEqual(
          new Set([all[0]?.tenantId]),
        );
      }),
    );
  });
});
