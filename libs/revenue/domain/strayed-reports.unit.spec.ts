import { fold } from '#libs/kernel';
import { aPostbackReading, postbackReceived } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type KnownPostback } from './postback.js';
import { type PostbackCommand, postbackDecider } from './postback.decider.js';
import { type PostbackEvent } from './postback.events.js';
import { type MatchFacts } from './revenue.events.js';
import { afterBridge, aMatch } from './revenue.fixtures.js';
import { strayedReports } from './strayed-reports.js';

const at = afterBridge(300_000);

interface Told {
  readonly transferId: string;
  readonly rule: MatchFacts['rule'];
  readonly minute: number;
  readonly name: string;
  readonly destinationId: string | null;
  readonly tokenId: string;
}

/** A report, with whatever happens to it from its assignment on. */
class Report {
  readonly #events: PostbackEvent[] = [];

  constructor(index: number, { transferId, rule, minute, name, ...sender }: Partial<Told>) {
    const postback = postbackReceived({
      ...{ postbackId: `hit-${index}`, tokenId: 'token-1', destinationId: null, ...sender },
      ...{ reading: aPostbackReading({ vendorCallId: name ?? 'v-1' }) },
      receivedAt: afterBridge((minute ?? index) * 60_000),
    }).data;
    this.do({ type: 'ReceivePostback', postback });
    const match = { ...aMatch, rule: rule ?? aMatch.rule };
    const to = { leadId: 'lead-1', transferId: transferId ?? 'transfer-1' };
    this.do({ type: 'AssignPostback', ...to, match, reason: null, at });
  }

  get state(): KnownPostback {
    const state = fold(postbackDecider, this.#events);
    if (state.status === 'absent') throw new Error('It was never received.');
    return state;
  }

  do(command: PostbackCommand): number {
    const events = postbackDecider.decide(command, fold(postbackDecider, this.#events));
    this.#events.push(...events);
    return events.length;
  }

  settle(): void {
    const transferId = this.state.assignment?.transferId ?? '';
    const where = { transferId, destinationId: 'buyer-1', mode: 'live' } as const;
    this.do({ type: 'SettlePostback', ...where, outcome: 'matched', warnings: [], at });
  }
}

/** What is done when one of the call was taken into a ledger. Tells how many events it led to. */
function gather(reports: readonly Report[]): number {
  const strayed = strayedReports(reports.map(({ state }) => state));
  if (strayed === null) return 0;
  const { leadId, transferId } = strayed.first.assignment;
  const followers = reports.filter(({ state }) =>
    strayed.others.some(({ postbackId }) => postbackId === state.postbackId),
  );
  let events = 0;
  for (const follower of followers) {
    events += follower.do({
      ...{ type: 'FollowFirst', first: strayed.first.postbackId, leadId, transferId, at },
      ...{ from: follower.state.assignment?.transferId ?? '' },
      match: { ...aMatch, rule: 'vendor_call_id' },
    });
    follower.settle();
  }
  return events;
}

const reports = (...told: readonly Partial<Told>[]): Report[] =>
  told.map((each, index) => {
    const report = new Report(index, each);
    report.settle();
    return report;
  });

const placesOf = (all: readonly Report[]) =>
  all.map(({ state: { status, assignment } }) => [status, assignment?.transferId]);

const guess = fc.record({
  transferId: fc.constantFrom('transfer-1', 'transfer-2', 'transfer-3'),
  rule: fc.constantFrom('caller', 'vendor_call_id'),
  minute: fc.nat({ max: 3 }),
});

describe('reports of one name that were matched at the same instant', () => {
  it('all count for the transfer of the first, however they are taken into ledgers', () => {
    fc.assert(
      fc.property(
        fc.array(guess, { minLength: 1, maxLength: 5 }),
        fc.infiniteStream(fc.nat()),
        (told, turns) => {
          const all = told.map((each, index) => new Report(index, each));
          const first = [...all].sort((a, b) =>
            a.state.receivedAt === b.state.receivedAt
              ? a.state.postbackId.localeCompare(b.state.postbackId)
              : a.state.receivedAt.localeCompare(b.state.receivedAt),
          )[0];
          const { transferId } = first?.state.assignment ?? {};
          const waiting = [...all];
          while (waiting.length > 0) {
            const [turn = 0] = turns.take(1);
            waiting.splice(turn % waiting.length, 1)[0]?.settle();
            gather(all);
          }
          expect(placesOf(all)).toEqual(all.map(() => ['settled', transferId]));
          expect(gather(all)).toBe(0);
        },
      ),
    );
  });

  it('have the ledger that one is taken off told of it, and only that', () => {
    const all = reports({}, { transferId: 'transfer-2' });
    expect(gather(all)).toBe(2);
    expect(all[1]?.state).toMatchObject({
      assignment: { number: 2, transferId: 'transfer-1', match: { rule: 'vendor_call_id' } },
      unlinked: { number: 1, leadId: 'lead-1', reason: 'same_call_elsewhere' },
    });
    expect(all[0]?.state.unlinked).toBeNull();
  });

  it('are left to people where an id of ours or a person said where one of them belongs', () => {
    for (const rule of ['our_id', 'manual'] as const) {
      expect(gather(reports({}, { transferId: 'transfer-2', rule }))).toBe(0);
      expect(gather(reports({ rule }, { transferId: 'transfer-2' }))).toBe(0);
    }
    const looked = reports({}, { transferId: 'transfer-2' });
    looked[1]?.do({ type: 'ConfirmMatch', transferId: 'transfer-2', reason: 'it is', at });
    expect(gather(looked)).toBe(0);
  });

  it('stay where they are once they are renamed, since a name may be anybody’s mistake', () => {
    const renamed = reports({}, { transferId: 'transfer-2', name: 'v-2' });
    const reading = aPostbackReading({ vendorCallId: 'v-1', mapVersion: '1.1' });
    renamed[1]?.do({ type: 'ReadAnew', reading, destinationId: null, at });
    renamed[1]?.settle();
    expect(gather(renamed)).toBe(0);
  });

  it('are those of one sender: names of others are chance', () => {
    expect(gather(reports({}, { transferId: 'transfer-2', tokenId: 'token-2' }))).toBe(0);
    expect(gather(reports({}, { transferId: 'transfer-2', name: 'v-2' }))).toBe(0);
    const ofBuyer = { tokenId: 'token-2', destinationId: 'buyer-1' };
    expect(
      gather(reports({ destinationId: 'buyer-1' }, { ...ofBuyer, transferId: 'transfer-2' })),
    ).toBe(2);
  });
});
