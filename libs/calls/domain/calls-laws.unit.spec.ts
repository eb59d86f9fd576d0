import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  aLead,
  after,
  beginConversation,
  CALL_ID,
  consumerLeg,
  decide,
  destinationLeg,
  hearConsumer,
  meeting,
  requestTransfer,
  someSettings,
  startCall,
  TRANSFER_ID,
} from './calls.fixtures.js';
import { type CallCommand } from './calls.commands.js';
import { type Heard } from './conversation.js';
import { type LeadStreamEvent } from './lead-calls.js';

const CALLS = [CALL_ID, '44444444-4444-5444-8444-444444444444'];
const STATUSES = [
  ...(['placed', 'ringing', 'in_progress', 'completed'] as const),
  ...(['busy', 'no_answer', 'failed', 'canceled'] as const),
];

const callId = fc.constantFrom(...CALLS);
const name = fc.constantFrom('CA1', 'CA2', null);
const answeredBy = fc.constantFrom('human', 'machine', 'unknown', null);
const durationSeconds = fc.constantFrom(null, 0, 90);
const status = fc.constantFrom(...STATUSES);
const transferId = fc.integer({ min: 1, max: 3 }).map((attempt) => `${TRANSFER_ID}-${attempt}`);
const value = fc.constantFrom('yes', 'yes', 'yes', 'no', 'later', null);
const given = fc.constantFrom('key', 'speech');
const heardAs = (said: string | null, how: 'key' | 'speech'): Heard =>
  said === null ? { kind: 'nothing' } : { kind: 'answer', value: said, given: how };
const settings = someSettings({ spacingMinutes: 0, attempts24HoursMax: 20 });
const leg = fc.record({ callId, providerCallId: name, answeredBy, durationSeconds });
const begin = fc.record({ callId, answeredBy });

const consumer = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'there' } as const) },
  fc.constant({ kind: 'unknown' } as const),
  fc.record({
    kind: fc.constant('gone' as const),
    durationSeconds,
    endedAt: fc.constantFrom(null, after(15), after(60)),
  }),
);

const RESULTS_OF_AGENTS = [{ kind: 'qualified' }, { kind: 'opt_out', words: 'opt out' }] as const;

/** Anything that may be wished, of calls and transfers that are, were, or never will be. */
const command: fc.Arbitrary<CallCommand> = fc.oneof(
  { weight: 2, arbitrary: callId.map((id) => startCall({ callId: id, settings })) },
  fc.tuple(status, leg).map(([one, known]) => consumerLeg(one, known)),
  { weight: 2, arbitrary: begin.map((known) => beginConversation(known)) },
  fc
    .tuple(callId, fc.constantFrom('CA1', 'CA2'), fc.constantFrom('human', 'machine', 'fax'))
    .map(([id, sid, by]): CallCommand => {
      const found = { callId: id, providerCallId: sid, answeredBy: by };
      return { type: 'RecogniseAnswerer', ...found, at: after(5) };
    }),
  {
    weight: 4,
    arbitrary: fc
      .tuple(value, given, fc.integer({ min: 1, max: 3 }), callId)
      .map(([said, how, tries, id]) =>
        hearConsumer(null, { tries, callId: id, heard: heardAs(said, how) }),
      ),
  },
  callId.map((id) =>
    hearConsumer(null, { callId: id, heard: { kind: 'opt_out', given: 'speech', words: 'stop' } }),
  ),
  fc.tuple(callId, fc.constantFrom('human', 'machine', null)).map(([id, by]): CallCommand => {
    const answer = { callId: id, provider: 'twilio', providerCallId: 'CA1', answeredBy: by };
    return { type: 'TurnAway', ...answer, at: after(5) };
  }),
  fc.tuple(callId, fc.constantFrom(...RESULTS_OF_AGENTS)).map(([id, result]): CallCommand => {
    const common = { callId: id, answers: {}, personal: null, at: after(10) };
    return { type: 'ConcludeConversation', result, ...common };
  }),
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 3 }), callId)
      .map(([attempt, id]) => requestTransfer(attempt, { callId: id })),
  },
  callId.map((id): CallCommand => {
    const { routing, at } = requestTransfer();
    return { type: 'GiveUpRouting', callId: id, routing, at };
  }),
  {
    weight: 4,
    arbitrary: fc
      .tuple(status, leg, transferId)
      .map(([one, known, id]) => destinationLeg(one, { ...known, transferId: id })),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ callId, transferId, accepted: fc.constantFrom(true, null, false), consumer })
      .map((known): CallCommand => ({ type: 'ConnectDestination', ...known, at: after(20) })),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ callId, providerCallId: fc.constantFrom('CA1', 'CA2'), consumer })
      .map((known) => meeting(known)),
  },
  fc
    .record({ callId, transferId, consumer })
    .map((known): CallCommand => ({ type: 'PresumeMeeting', ...known, at: after(30) })),
  fc
    .record({ callId, transferId, reason: fc.constantFrom('stopped', 'suppressed') })
    .map((known): CallCommand => ({ type: 'WithdrawTransfer', ...known, at: after(25) })),
  fc
    .record({ callId, transferId })
    .map((known): CallCommand => ({ type: 'CloseLostTransfer', ...known, at: after(60) })),
  callId.map((id): CallCommand => ({ type: 'CloseLostCall', callId: id, at: after(60) })),
);

/** Each command a while after the one before, and now and then once more. */
const commands = fc
  .array(fc.tuple(command, fc.boolean()), { minLength: 1, maxLength: 60 })
  .map((wishes) => wishes.map(([wish, twice], index) => ({ ...wish, at: after(index), twice })));

/** The way of a call that comes to a bridge, to be disturbed by anything wherever it has got to. */
const likelyWay: CallCommand[] = [
  startCall({ settings }),
  consumerLeg('in_progress'),
  beginConversation(),
  hearConsumer('yes'),
  requestTransfer(1),
  destinationLeg('in_progress'),
  {
    type: 'ConnectDestination',
    ...{ callId: CALL_ID, transferId: `${TRANSFER_ID}-1`, accepted: null },
    ...{ consumer: { kind: 'there' }, at: after(15) },
  },
  meeting({ at: after(16) }),
];

function run(wishes: readonly (CallCommand & { twice: boolean })[]): LeadStreamEvent[] {
  let history = [aLead()];
  for (const { twice, ...wish } of wishes) {
    const decided = decide(history, wish);
    history = [...history, ...decided];
    if (twice) expect(decide(history, wish)).toEqual([]);
  }
  return history;
}

const anyHistory = fc
  .tuple(fc.nat({ max: likelyWay.length }), commands)
  .map(([steps, wishes]) =>
    run([...likelyWay.slice(0, steps).map((wish) => ({ ...wish, twice: true })), ...wishes]),
  );

/** The ids of a field in events of a type, in order. */
function idsIn(history: readonly LeadStreamEvent[], type: string, field: string): unknown[] {
  return history
    .filter((event) => event.type === type)
    .map(({ data }) => (data as Record<string, unknown>)[field]);
}

const law = (check: (history: readonly LeadStreamEvent[]) => void) => {
  fc.assert(fc.property(anyHistory, check), { numRuns: 500 });
};

describe('a lead on the telephone, whatever is wished in any order and repeated', () => {
  it('is on one call at a time, and nothing is said of a call but while it is open', () => {
    law((history) => {
      let open: string | null = null;
      const over = new Set<string>();
      for (const { type, data } of history) {
        if (!('callId' in data) || type === 'ConsentRevoked') continue;
        // How long it was may be told of one that is over, and that they want no calls.
        if (type === 'TalkMeasured') continue;
        if (type === 'ConsumerOptedOut' && over.has(data.callId)) continue;
        if (type === 'CallAttempted') {
          expect(open).toBeNull();
          open = data.callId;
        }
        expect(data.callId).toBe(open);
        if (type !== 'CallEnded') continue;
        over.add(data.callId);
        open = null;
      }
    });
  });

  it('opts out on any call that was made, over or not, and once on each (CO-8)', () => {
    law((history) => {
      const made = new Set(idsIn(history, 'CallAttempted', 'callId'));
      const known = idsIn(history, 'ConsumerOptedOut', 'callId');
      expect(new Set(known).size).toBe(known.length);
      for (const id of CALLS) {
        const heard = { kind: 'opt_out', given: 'key', words: '9' } as const;
        const decided = decide(history, hearConsumer(null, { callId: id, heard, at: after(70) }));
        const isHeard = made.has(id) && !known.includes(id);
        expect(decided.map(({ type }) => type)).toEqual(isHeard ? ['ConsumerOptedOut'] : []);
      }
    });
  });

  it('is spoken to no more and handed to nobody once it has opted out', () => {
    law((history) => {
      const opted = history.findIndex(({ type }) => type === 'ConsumerOptedOut');
      const later = opted === -1 ? [] : history.slice(opted).map(({ type }) => type);
      for (const type of ['CallAttempted', 'PrequalificationStarted', 'TransferRequested']) {
        expect(later).not.toContain(type);
      }
    });
  });

  it('has every call begin once and end at most once', () => {
    law((history) => {
      for (const type of ['CallAttempted', 'CallEnded']) {
        const ids = idsIn(history, type, 'callId');
        expect(new Set(ids).size).toBe(ids.length);
      }
      const ended = idsIn(history, 'CallEnded', 'endedAt');
      const begun = idsIn(history, 'CallAttempted', 'callId');
      expect([0, 1]).toContain(begun.length - ended.length);
    });
  });

  it('has every transfer come to one thing: it failed, or was connected', () => {
    law((history) => {
      const failed = idsIn(history, 'TransferFailed', 'transferId');
      const bridged = idsIn(history, 'CallBridged', 'transferId');
      const outcomes = [...failed, ...bridged];
      const requested = idsIn(history, 'TransferRequested', 'transferId');
      expect(outcomes.length).toBeLessThanOrEqual(requested.length);
      expect(requested.length - outcomes.length).toBeLessThanOrEqual(1);
      expect(idsIn(history, 'CallEnded', 'transferId').filter((id) => id !== null)).toHaveLength(
        bridged.length - (isBridged(history) ? 1 : 0),
      );
    });
  });

  it('is not called again once nobody dials it any more', () => {
    law((history) => {
      const closed = history.findIndex(({ type }) =>
        ['ConsumerOptedOut', 'CallBridged', 'LeadExhausted'].includes(type),
      );
      const later = closed === -1 ? [] : history.slice(closed);
      expect(later.filter(({ type }) => type === 'CallAttempted')).toEqual([]);
    });
  });

  it('is not called again once it was disqualified by a person', () => {
    law((history) => {
      const ended = history.findIndex(
        ({ type, data }) => type === 'CallEnded' && data.disposition === 'disqualified',
      );
      const later = ended === -1 ? [] : history.slice(ended);
      expect(later.filter(({ type }) => type === 'CallAttempted')).toEqual([]);
    });
  });

  it('is connected with one destination at most, once, in a call (RO-2)', () => {
    law((history) => {
      const bridged = idsIn(history, 'CallBridged', 'callId');
      expect(new Set(bridged).size).toBe(bridged.length);
    });
  });

  it('is a person whose keys count, or a machine whose words do not', () => {
    law((history) => {
      const pressed = new Set<string>();
      const machines = new Set<string>();
      for (const { type, data } of history) {
        if (type === 'QuestionAnswered') {
          expect(machines).not.toContain(data.callId);
          if (data.given === 'key') pressed.add(data.callId);
        }
        if (type !== 'CallAnswered' && type !== 'AnswererRecognised') continue;
        if (type === 'AnswererRecognised' && data.transferId !== null) continue;
        if (data.answeredBy === 'machine' || data.answeredBy === 'fax') machines.add(data.callId);
        expect(machines.has(data.callId) && pressed.has(data.callId)).toBe(false);
      }
    });
  });

  it('comes to nothing with a machine but its wish not to be called', () => {
    law((history) => {
      const machines = new Set<string>();
      for (const { type, data } of history) {
        const isTold = type === 'CallAnswered' || type === 'AnswererRecognised';
        if (isTold && !('transferId' in data && data.transferId !== null)) {
          if (data.answeredBy === 'machine' || data.answeredBy === 'fax') machines.add(data.callId);
        }
        if (RESULTS.includes(type) && 'callId' in data) expect(machines).not.toContain(data.callId);
        if (type !== 'CallEnded' || !machines.has(data.callId)) continue;
        expect(['machine', 'opted_out']).toContain(data.disposition);
      }
    });
  });

  it('comes to ends of every kind', () => {
    const seen = new Set<unknown>();
    law((history) => {
      for (const how of idsIn(history, 'CallEnded', 'disposition')) seen.add(how);
    });
    expect([...seen]).toEqual(expect.arrayContaining(['transferred', 'lost']));
  });
});

/** What a conversation or a transfer comes to. */
const RESULTS = [
  ...['LeadQualified', 'LeadDisqualified', 'CallbackRequested', 'TransferRequested'],
  'CallBridged',
];

/** Whether consumer and destination talk at the end of a history. */
function isBridged(history: readonly LeadStreamEvent[]): boolean {
  const bridged = history.findLastIndex(({ type }) => type === 'CallBridged');
  return bridged > history.findLastIndex(({ type }) => type === 'CallEnded');
}
