import { foldInMemory } from '#libs/read-db';
import { history } from '#libs/testing';
import { suppressionProjection } from '#projections/suppression';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  isInForce,
  type Suppression,
  suppressionDecider,
  type SuppressionCommand,
} from './suppression.decider.js';
import { type SuppressionData, type SuppressionEvent } from './suppression.events.js';

const { decide, evolve, initialState } = suppressionDecider;
const day = (number: number) => `2026-11-${String(number).padStart(2, '0')}T12:00:00.000Z`;

const anEntry = (data: Partial<SuppressionData> = {}): SuppressionData => ({
  ...{ entryId: 'entry-1', kind: 'number', phoneHash: 'hash-1', prefix: null },
  ...{ reason: 'opted_out', source: 'call', scope: 'tenant', scopeName: null },
  ...{ expiresAt: null, personal: null, suppressedAt: day(1) },
  ...data,
});
const suppress = (data: Partial<SuppressionData> = {}): SuppressionCommand => ({
  ...{ type: 'SuppressNumber', entry: anEntry(data) },
});
const lift: SuppressionCommand = {
  ...{ type: 'LiftSuppression', entryId: 'entry-1', reason: 'mistake', liftedAt: day(2) },
};
const pause = (until: string | null, at = day(2)) =>
  suppress({ reason: 'campaign pause', source: 'desk', expiresAt: until, suppressedAt: at });

const folded = (events: readonly SuppressionEvent[], from = initialState()) =>
  events.reduce(evolve, from);
const after = (...commands: SuppressionCommand[]): Suppression =>
  commands.reduce((state, command) => folded(decide(command, state), state), initialState());
const entryOf = (state: Suppression) => (state.status === 'active' ? state.entry : null);

describe('an entry in force', () => {
  it('is not shortened by another wish, and nothing happens', () => {
    const optedOut = after(suppress());
    for (const until of [day(3), day(1), null]) {
      expect(decide(pause(until), optedOut)).toEqual([]);
    }
    expect(decide(pause(day(5)), after(pause(day(9))))).toEqual([]);
  });

  it('is made longer', () => {
    const [event] = decide(pause(null, day(3)), after(pause(day(9))));
    expect(event?.data).toMatchObject({ expiresAt: null, suppressedAt: day(3) });
  });

  it('stays an opt-out when it is made longer', () => {
    const state = after(suppress({ expiresAt: day(9) }), pause(null));
    expect(entryOf(state)).toMatchObject({ reason: 'opted_out', source: 'call', expiresAt: null });
  });

  it('becomes an opt-out without being made shorter, and keeps its number', () => {
    const state = after(
      suppress({ reason: 'internal_dnc', source: 'desk', personal: 'sealed' }),
      suppress({ expiresAt: day(9), suppressedAt: day(2) }),
    );
    expect(entryOf(state)).toMatchObject({
      ...{ reason: 'opted_out', source: 'call', expiresAt: null, personal: 'sealed' },
    });
  });

  it('takes another reason of the same strength', () => {
    const state = after(pause(day(9)), suppress({ reason: 'internal_dnc', expiresAt: day(9) }));
    expect(entryOf(state)).toMatchObject({ reason: 'internal_dnc' });
  });

  it('ends by being lifted, and may then be made shorter', () => {
    const state = after(suppress(), lift, pause(day(9)));
    expect(entryOf(state)).toMatchObject({ reason: 'campaign pause', expiresAt: day(9) });
  });
});

describe('an entry that has expired', () => {
  it('is replaced', () => {
    const state = after(suppress({ expiresAt: day(2) }), pause(day(9), day(2)));
    expect(entryOf(state)).toMatchObject({ reason: 'campaign pause', expiresAt: day(9) });
  });
});

describe('a log in which the last wish had won', () => {
  it('is read as the stronger entry', () => {
    const weakened: SuppressionEvent[] = [suppress(), pause(day(3))].map((command) => ({
      type: 'NumberSuppressed',
      data: (command as Extract<SuppressionCommand, { type: 'SuppressNumber' }>).entry,
    }));
    const state = folded(weakened);
    expect(entryOf(state)).toEqual(anEntry());
    expect(isInForce(state, day(30))).toBe(true);
  });
});

/** Wishes in the order of time, some lifted between. */
const someCommands = fc
  .array(
    fc.oneof(
      { weight: 1, arbitrary: fc.constant(null) },
      {
        weight: 6,
        arbitrary: fc.record({
          reason: fc.constantFrom('opted_out', 'campaign pause', 'internal_dnc'),
          expiresAt: fc.option(fc.nat({ max: 29 }).map((offset) => day(offset + 1))),
        }),
      },
    ),
    { maxLength: 12 },
  )
  .map((wishes) =>
    wishes.map((wish, index) =>
      wish === null ? lift : suppress({ ...wish, suppressedAt: day(index + 1) }),
    ),
  );
const run = (command: SuppressionCommand, state: Suppression) =>
  command.type === 'LiftSuppression' && state.status === 'absent' ? [] : decide(command, state);

describe('whatever is wished of an entry', () => {
  it('nothing but lifting it weakens what is in force', () => {
    fc.assert(
      fc.property(someCommands, (commands) => {
        let state = initialState();
        commands.forEach((command, index) => {
          const former = state;
          state = folded(run(command, state), state);
          if (command.type === 'LiftSuppression' || !isInForce(former, day(index + 1))) return;
          for (let later = index + 1; later <= 30; later += 1) {
            expect(isInForce(former, day(later)) && !isInForce(state, day(later))).toBe(false);
          }
          if (entryOf(former)?.reason === 'opted_out') {
            expect(entryOf(state)?.reason).toBe('opted_out');
          }
        });
      }),
    );
  });

  it('each wish is in force as long as it asked for, and wishing it again does nothing', () => {
    fc.assert(
      fc.property(someCommands, (commands) => {
        let state = initialState();
        for (const command of commands) {
          state = folded(run(command, state), state);
          expect(run(command, state)).toEqual([]);
          if (command.type !== 'SuppressNumber') continue;
          const asked = folded([{ type: 'NumberSuppressed', data: command.entry }]);
          for (let later = 1; later <= 30; later += 1) {
            const isAsked = later >= Number(command.entry.suppressedAt.slice(8, 10));
            if (isAsked && isInForce(asked, day(later))) {
              expect(isInForce(state, day(later))).toBe(true);
            }
          }
        }
      }),
    );
  });

  it('its event tells the entry as it stands by itself, to readers that fold nothing', () => {
    fc.assert(
      fc.property(someCommands, (commands) => {
        let state = initialState();
        for (const command of commands) {
          const events = run(command, state);
          state = folded(events, state);
          const [event] = events;
          if (event?.type === 'NumberSuppressed') expect(entryOf(state)).toEqual(event.data);
        }
      }),
    );
  });
});

describe('any log of an entry', () => {
  const someEvent: fc.Arbitrary<SuppressionEvent> = fc.oneof(
    fc.constant<SuppressionEvent>({
      type: 'SuppressionLifted',
      data: { entryId: 'entry-1', reason: 'mistake', liftedAt: day(2) },
    }),
    fc
      .record({
        reason: fc.constantFrom('opted_out', 'internal_dnc'),
        source: fc.constantFrom(null, 'desk'),
        expiresAt: fc.constantFrom(null, day(2), day(3), day(9)),
        personal: fc.constantFrom(null, 'sealed'),
        suppressedAt: fc.constantFrom(day(2), day(3)),
      })
      .map((data): SuppressionEvent => ({ type: 'NumberSuppressed', data: anEntry(data) })),
  );

  it('shows the same entry to who decides and to who reads the list', () => {
    fc.assert(
      fc.property(fc.array(someEvent, { maxLength: 6 }), (events) => {
        const entry = entryOf(folded(events));
        const rows = foldInMemory(suppressionProjection, history(events));
        // The list shows since when it stands, whenever it was said again.
        const since = { suppressedAt: expect.any(String) as unknown };
        expect(rows).toEqual(entry === null ? [] : [{ tenantId: 'acme', ...entry, ...since }]);
      }),
    );
  });
});
