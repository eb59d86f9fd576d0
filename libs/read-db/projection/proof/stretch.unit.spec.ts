import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fingerprintOf } from '../digest.js';
import { type AuditedEvent } from './audited-log.js';
import { Stretch } from './stretch.js';
import { minus, type Tally, TallyCounter } from './tally.js';

/** What an engine made of events, beyond what they are. */
function excessOf(applied: readonly AuditedEvent[], events: readonly AuditedEvent[]): Tally {
  return minus(tallyOf(applied), tallyOf(events));
}

function tallyOf(events: readonly AuditedEvent[]): Tally {
  const counter = new TallyCounter();
  for (const { id } of events) counter.add(fingerprintOf(id));
  return counter.tally;
}

function explain(events: readonly AuditedEvent[], applied: readonly AuditedEvent[]) {
  const stretch = new Stretch();
  for (const event of events) stretch.add(event);
  return stretch.explain(excessOf(applied, events));
}

const event = fc.record({
  id: fc.uuid(),
  type: fc.constantFrom('Opened', 'Paid', 'Closed'),
  stream: fc.constantFrom('account-1', 'account-2', 'ledger-1'),
});
/** Histories of different events, and some different places in each. */
function history(places: number) {
  return fc
    .uniqueArray(event, { minLength: places + 2, maxLength: 300, selector: ({ id }) => id })
    .map((events) => events.map((each, at): AuditedEvent => ({ ...each, position: BigInt(at) })))
    .chain((events) =>
      fc.record({
        events: fc.constant(events),
        at: fc.uniqueArray(fc.nat({ max: events.length - 1 }), {
          minLength: places,
          maxLength: places,
        }),
      }),
    );
}

const without = (events: readonly AuditedEvent[], places: readonly number[]) =>
  events.filter((_, place) => !places.includes(place));
const sorted = (places: readonly number[]) => [...places].sort((a, b) => a - b);

describe('what explains that a projection applied other than the log has', () => {
  it('is the one event that is missing', () => {
    fc.assert(
      fc.property(history(1), ({ events, at }) => {
        const explanation = explain(events, without(events, at));
        expect(explanation).toEqual({ kind: 'events', missing: at, doubled: [] });
      }),
    );
  });

  it('is the one event that was applied twice', () => {
    fc.assert(
      fc.property(history(1), ({ events, at }) => {
        const twice = events[at[0] ?? 0] as AuditedEvent;
        const explanation = explain(events, [...events, twice]);
        expect(explanation).toEqual({ kind: 'events', missing: [], doubled: at });
      }),
    );
  });

  it('is the event in whose place another was applied', () => {
    fc.assert(
      fc.property(history(2), ({ events, at: [lost, twice] }) => {
        const applied = events.map((each, place) => (place === lost ? events[twice ?? 0] : each));
        const explanation = explain(events, applied as AuditedEvent[]);
        expect(explanation).toEqual({ kind: 'events', missing: [lost], doubled: [twice] });
      }),
    );
  });

  it('is any two events that are missing, or were applied twice', () => {
    fc.assert(
      fc.property(history(2), fc.boolean(), ({ events, at }, areLost) => {
        const applied = areLost
          ? without(events, at)
          : [...events, ...at.map((place) => events[place] as AuditedEvent)];
        const explanation = explain(events, applied);
        if (explanation?.kind === 'group') return;
        const found = areLost ? explanation?.missing : explanation?.doubled;
        expect(sorted(found ?? [])).toEqual(sorted(at));
      }),
    );
  });

  it('is neighbours, however many, that are missing or were applied twice', () => {
    fc.assert(
      fc.property(history(2), fc.boolean(), ({ events, at }, areLost) => {
        const [from = 0, to = 0] = sorted(at);
        const run = Array.from({ length: to - from + 1 }, (_, place) => from + place);
        const again = [...events, ...events.slice(from, to + 1)];
        const explanation = explain(events, areLost ? without(events, run) : again);
        const expected = areLost ? { missing: run, doubled: [] } : { missing: [], doubled: run };
        expect(explanation).toEqual({ kind: 'events', ...expected });
      }),
    );
  });

  const mixed: AuditedEvent[] = Array.from({ length: 60 }, (_, at) => ({
    id: `00000000-0000-4000-8000-${(at * at + 7).toString(16).padStart(12, '0')}`,
    type: at % 3 === 0 ? 'Paid' : 'Opened',
    stream: at % 5 === 0 ? `ledger-${at}` : `account-${at}`,
    position: BigInt(at),
  }));

  it('is a type of which every event is missing', () => {
    const applied = mixed.filter(({ type }) => type !== 'Paid');
    const paid = { kind: 'group', fault: 'missing', of: 'type', called: 'Paid' };
    expect(explain(mixed, applied)).toEqual(paid);
  });

  it('is a kind of stream of which every event is missing', () => {
    const applied = mixed.filter(({ stream }) => !stream.startsWith('ledger-'));
    const ledgers = { kind: 'group', fault: 'missing', of: 'streams', called: 'ledger-' };
    expect(explain(mixed, applied)).toEqual(ledgers);
  });

  it('is not made up where it is more than that', () => {
    fc.assert(
      fc.property(history(5), ({ events, at }) => {
        const [lost, twice] = [at.slice(0, 3), at.slice(3)];
        const applied = [...without(events, lost), ...twice.map((place) => events[place])];
        expect(explain(events, applied as AuditedEvent[])).toBeNull();
      }),
    );
  });

  it('is not an event that the stretch does not have', () => {
    const stranger = { ...(mixed[0] as AuditedEvent), id: 'ffffffff-ffff-4fff-8fff-ffffffffffff' };
    expect(explain(mixed, [...mixed, stranger])).toBeNull();
  });
});
