import { fold } from '#libs/kernel';
import { aPostbackReading, postbackReceived } from '#events/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type KnownPostback } from './postback.js';
import { type PostbackCommand } from './postback.commands.js';
import { postbackDecider } from './postback.decider.js';
import { type PostbackEvent } from './postback.events.js';
import { type MatchFacts } from './revenue.events.js';
import { senderOf, type SentWith, sharesNames } from './report-sender.js';
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
  readonly method: SentWith['method'];
}

/** The last one went to another buyer. */
const destinationOf = (transferId: string) => (transferId === 'transfer-3' ? 'buyer-2' : 'buyer-1');

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
    this.do({ type: 'AssignPostback', ...to, match, timesReadAnew: 0, reason: null, at });
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
    const destinationId = destinationOf(transferId);
    const where = { transferId, destinationId, mode: 'live' } as const;
    this.do({ type: 'SettlePostback', ...where, outcome: 'matched', warnings: [], at });
  }
}

/** Looking at more than that is going on for ever. */
const LOOKS_MAX = 200;

/** What the read side shows beside one: all of its name, where one of its call is elsewhere. */
function shownBeside(one: Report, all: readonly Report[]): Report[] {
  const { reading, assignment, ...sent } = one.state;
  const others = all.filter(
    ({ state }) =>
      state.postbackId !== sent.postbackId &&
      state.status === 'settled' &&
      state.reading.vendorCallId === reading.vendorCallId,
  );
  const from = assignment?.transferId ?? '';
  const isSplit = others.some(({ state }) => {
    const to = state.assignment?.transferId ?? '';
    const isOfCall = [from, to].every((transferId) =>
      sharesNames(senderOf(state), senderOf(sent), { destinationId: destinationOf(transferId) }),
    );
    return isOfCall && to !== from;
  });
  return isSplit ? others : [];
}

/** What is done when one was taken into a ledger. Tells which were moved. */
function lookAt(one: Report, all: readonly Report[]): Report[] {
  const shown = [one, ...shownBeside(one, all)];
  const strayed = strayedReports(shown.map(({ state }) => state));
  if (strayed === null) return [];
  const { leadId, transferId } = strayed.first.assignment;
  const followers = shown.filter(({ state }) =>
    strayed.others.some(({ postbackId }) => postbackId === state.postbackId),
  );
  for (const follower of followers) {
    follower.do({
      ...{ type: 'FollowFirst', first: strayed.first.postbackId, leadId, transferId, at },
      ...{ from: follower.state.assignment?.transferId ?? '' },
      match: { ...aMatch, rule: 'vendor_call_id' },
    });
    follower.settle();
  }
  return followers;
}

/** Looks at each, and again at what is moved by that. Tells how many moves it led to. */
function gather(all: readonly Report[], these = all): number {
  const waiting = [...these];
  let looks = 0;
  for (const one of waiting) {
    if ((looks += 1) > LOOKS_MAX) throw new Error('It never comes to an end.');
    waiting.push(...lookAt(one, all));
  }
  return waiting.length - these.length;
}

const reports = (...told: readonly Partial<Told>[]): Report[] =>
  told.map((each, index) => {
    const report = new Report(index, each);
    report.settle();
    return report;
  });

const placesOf = (all: readonly Report[]) =>
  all.map(({ state: { status, assignment } }) => [status, assignment?.transferId]);

const places = {
  transferId: fc.constantFrom('transfer-1', 'transfer-2', 'transfer-3'),
  minute: fc.nat({ max: 3 }),
};
const guess = fc.record({ ...places, rule: fc.constantFrom('caller', 'vendor_call_id') });
const told = {
  ...places,
  rule: fc.constantFrom('caller', 'caller', 'caller', 'vendor_call_id', 'our_id', 'manual'),
};
const sent = fc.record(told);
const tokenId = fc.constantFrom('token-1', 'token-2');
const destinationId = fc.constantFrom(null, 'buyer-1');
const statement = fc.record({
  ...told,
  tokenId: fc.constantFrom('statement-1', 'statement-2'),
  destinationId: fc.constantFrom('buyer-1', 'buyer-2'),
  method: fc.constant('IMPORT' as const),
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
            const [one] = waiting.splice(turn % waiting.length, 1);
            one?.settle();
            gather(all, one === undefined ? [] : [one]);
          }
          expect(placesOf(all)).toEqual(all.map(() => ['settled', transferId]));
          expect(gather(all)).toBe(0);
        },
      ),
    );
  });

  it('have the ledger that one is taken off told of it, and only that', () => {
    const all = reports({}, { transferId: 'transfer-2' });
    expect(gather(all)).toBe(1);
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
    const echoed = reports({}, { transferId: 'transfer-2' });
    const echo = aPostbackReading({ vendorCallId: 'v-1', ids: ['transfer-2'], payoutMinor: 1 });
    echoed[1]?.do({ type: 'ReadAnew', reading: echo, destinationId: null, at });
    echoed[1]?.settle();
    expect(gather(echoed)).toBe(0);
  });

  it('follow the first, too, where they were read anew meanwhile with the name they had', () => {
    const narrowed = reports({}, { transferId: 'transfer-2' });
    for (const report of narrowed) {
      const { reading } = report.state;
      report.do({ type: 'ReadAnew', reading, destinationId: 'buyer-1', at });
      report.settle();
    }
    expect(gather(narrowed)).toBe(1);
    expect(placesOf(narrowed)).toEqual([
      ['settled', 'transfer-1'],
      ['settled', 'transfer-1'],
    ]);
  });

  it('are those of one sender: names of others are chance', () => {
    expect(gather(reports({}, { transferId: 'transfer-2', tokenId: 'token-2' }))).toBe(0);
    expect(gather(reports({}, { transferId: 'transfer-2', name: 'v-2' }))).toBe(0);
    const ofBuyer = { tokenId: 'token-2', destinationId: 'buyer-1' };
    expect(
      gather(reports({ destinationId: 'buyer-1' }, { ...ofBuyer, transferId: 'transfer-2' })),
    ).toBe(1);
  });

  it('are never parted from those that an id of ours or a person brought where they are', () => {
    fc.assert(
      fc.property(fc.array(sent, { minLength: 1, maxLength: 5 }), (told) => {
        const all = reports(...told);
        const before = placesOf(all);
        const isCertain = told.some(({ rule }) => rule === 'our_id' || rule === 'manual');
        gather(all);
        if (isCertain) expect(placesOf(all)).toEqual(before);
        else expect(new Set(placesOf(all).map(([, transferId]) => transferId)).size).toBe(1);
      }),
    );
  });

  it('come to rest, whatever their tokens were made for meanwhile', () => {
    const ofAny = fc.record({ ...told, tokenId, destinationId });
    const sent = fc.oneof(ofAny, ofAny, statement);
    fc.assert(
      fc.property(fc.array(sent, { minLength: 1, maxLength: 6 }), (all) => {
        const sentByAny = reports(...all);
        gather(sentByAny);
        expect(gather(sentByAny)).toBe(0);
      }),
    );
  });

  it('are those of a statement and of a token for any destination, too', () => {
    const row = { tokenId: 'statement-1', destinationId: 'buyer-1', method: 'IMPORT' } as const;
    for (const first of [row, {}]) {
      const second = { ...(first === row ? {} : row), transferId: 'transfer-2' };
      const all = reports(first, second);
      expect(gather(all)).toBe(1);
      expect(placesOf(all)).toEqual([
        ['settled', 'transfer-1'],
        ['settled', 'transfer-1'],
      ]);
    }
    // There it is another buyer’s: by its transfer, its name says nothing to the statement.
    expect(gather(reports(row, { transferId: 'transfer-3' }))).toBe(0);
    const another = { tokenId: 'token-2', transferId: 'transfer-2' };
    expect(gather(reports(row, { transferId: 'transfer-2' }, another))).toBe(0);
  });

  it('stay where two have only a third in common, which would go to and fro', () => {
    const [narrowed, network] = [{ destinationId: 'buyer-1' }, { tokenId: 'token-2' }];
    const other = { ...network, destinationId: 'buyer-1', transferId: 'transfer-2' };
    expect(gather(reports({}, other, { ...narrowed, transferId: 'transfer-2' }))).toBe(0);
  });
});
