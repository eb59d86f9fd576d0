import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { storedEvent } from '#events/testing';
import { fingerprintOf } from '../digest.js';
import { ledgerHistory, accountProjection } from '../ledger.fixtures.js';
import { type ProjectedEvent } from '../projection.js';
import { atTheBeginning, AuditTrack, type Mismatch } from './audit-track.js';
import { noEvents, type Tally, TallyCounter } from './tally.js';

/** What an engine that applied these says of itself at a position. */
function claimAt(applied: readonly ProjectedEvent[], position: bigint) {
  const counter = new TallyCounter();
  for (const each of applied) {
    if (each.position <= position && each.type in accountProjection.on) {
      counter.add(fingerprintOf(each.id));
    }
  }
  return { position, applied: counter.tally, leftOut: noEvents };
}

/** Counts a log for an engine seen at some of its events, in turns that end after some of them. */
function audit(
  events: readonly ProjectedEvent[],
  applied: readonly ProjectedEvent[],
  seen: readonly number[],
  turns: readonly number[],
): Mismatch[] {
  const found: Mismatch[] = [];
  let track = new AuditTrack(accountProjection, 1, atTheBeginning);
  const samples = [...seen, events.length - 1].sort((a, b) => a - b);
  for (const at of samples) track.sample(claimAt(applied, positionAt(events, at)));
  for (const [index, event] of events.entries()) {
    found.push(...track.take(event));
    if (!turns.includes(index)) continue;
    track = new AuditTrack(accountProjection, 1, track.progress);
    for (const at of samples) track.sample(claimAt(applied, positionAt(events, at)));
  }
  return [...found, ...track.passTo(positionAt(events, events.length - 1))];
}

const positionAt = (events: readonly ProjectedEvent[], at: number) =>
  events[Math.min(at, events.length - 1)]?.position ?? 0n;
const places = fc.array(fc.nat({ max: 100 }), { maxLength: 8 });

describe('the count of a log beside what a projection says', () => {
  it('agrees with an engine that applied everything, wherever it is seen and interrupted', () => {
    fc.assert(
      fc.property(ledgerHistory(100), places, places, (events, seen, turns) => {
        expect(audit(events, events, seen, turns)).toEqual([]);
      }),
    );
  });

  it('tells of an event that was lost, between the places around it, once', () => {
    fc.assert(
      fc.property(ledgerHistory(100), places, places, fc.nat(), (events, seen, turns, seed) => {
        const concerned = events.filter(({ type }) => type in accountProjection.on);
        const lost = concerned[seed % Math.max(1, concerned.length)];
        if (lost === undefined) return;
        const applied = events.filter((each) => each !== lost);
        const found = audit(events, applied, seen, turns);
        expect(found).toHaveLength(1);
        const [{ after, upTo, excess } = { after: null, upTo: 0n, excess: noEvents }] = found;
        expect(excess.count).toBe(-1n);
        expect(lost.position > (after ?? -1n) && lost.position <= upTo).toBe(true);
      }),
    );
  });

  const paid = (position: bigint) =>
    storedEvent({ type: 'Paid', data: { account: 'a', amount: 1, note: null } }, position);
  const three = [paid(10n), paid(20n), paid(30n)];

  it('tells of a fault that comes after another one', () => {
    const [first, second] = audit(three, three.slice(1, 2), [0, 1, 2], []);
    expect([first?.upTo, second?.upTo]).toEqual([10n, 30n]);
    expect(second?.after).toBe(20n);
  });

  it('takes dead letters for events that are accounted for', () => {
    const track = new AuditTrack(accountProjection, 1, atTheBeginning);
    const { applied } = claimAt(three.slice(1), 30n);
    const leftOut: Tally = claimAt(three.slice(0, 1), 30n).applied;
    track.sample({ position: 30n, applied, leftOut });
    expect(three.flatMap((event) => track.take(event))).toEqual([]);
    expect(track.progress.position).toBe(30n);
  });

  it('does not count past what the projection has reached', () => {
    const track = new AuditTrack(accountProjection, 1, atTheBeginning);
    track.sample(claimAt(three, 20n));
    for (const event of three) track.take(event);
    expect(track.progress).toMatchObject({ readPosition: 20n, counted: { count: 2n } });
  });

  it('tells of an old event that is applied again, although nothing new has come', () => {
    const track = new AuditTrack(accountProjection, 1, atTheBeginning);
    track.sample(claimAt(three, 30n));
    for (const event of three) track.take(event);
    track.sample(claimAt([...three, paid(10n)], 30n));
    expect(track.isDue).toBe(true);
    expect(track.passTo(30n)).toMatchObject([{ upTo: 30n, excess: { count: 1n } }]);
  });
});
