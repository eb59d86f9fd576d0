import { describe, expect, it } from '@jest/globals';
import { callBridged, transferRequested } from '#events/testing';
import { LedgerStream, sumsOf } from './ledger.fixtures.js';
import { matchPostback } from './matching.js';
import { type ReportSender, type TransferReport } from './revenue.events.js';
import { afterBridge, anInput, aTransfer, named } from './revenue.fixtures.js';
import { type TransferFacts } from './transfer-facts.js';

const HOUR_MS = 3_600_000;
const platform = { tokenId: 'token-1', destinationId: 'buyer-1' };
const network = { tokenId: 'token-2', destinationId: null };
const statement = { tokenId: null, destinationId: 'buyer-1' };

/** What a report comes to by which somebody tells of a call of this name. */
const told = (sender: ReportSender, vendorCallId: string, ...candidates: TransferFacts[]) =>
  matchPostback(anInput({ vendorCallId }, { sender, candidates }));

const matchedTo = (transfer: TransferFacts) => ({ kind: 'matched', transfer });
const conflict = { kind: 'unmatched', reason: 'already_matched_conflict' };

describe('a report of another sender', () => {
  const taken = aTransfer({ confirmedBy: [named('v1', platform)] });

  it('is about a transfer that the first one told of, whatever each calls it', () => {
    const outcome = told(network, 'n1', taken);
    expect(outcome).toMatchObject(matchedTo(taken));
    expect(outcome).toMatchObject({ match: { rule: 'caller', candidates: [{ takenBy: null }] } });
  });

  it('is not, once that sender has called it otherwise', () => {
    const both = aTransfer({ confirmedBy: [named('v1', platform), named('n1', network)] });
    expect(told(network, 'n2', both)).toMatchObject(conflict);
    expect(told(platform, 'v2', both)).toMatchObject(conflict);
  });

  it('is of the same buyer where its token is for the same destination', () => {
    const other = { tokenId: 'token-2', destinationId: 'buyer-1' };
    expect(told(other, 'v2', taken)).toMatchObject(conflict);
    expect(told(other, 'v1', taken)).toMatchObject(matchedTo(taken));
  });

  it('may give another call the same name', () => {
    const both = aTransfer({ confirmedBy: [named('v1', platform), named('n1', network)] });
    expect(told(network, 'v1', both)).toMatchObject(conflict);
  });

  it('is about the nearest one, and not about another because nobody told of that', () => {
    const bridgedAt = afterBridge(HOUR_MS);
    const free = aTransfer({ transferId: 'transfer-2', bridgedAt });
    expect(told(network, 'n1', free, taken)).toMatchObject(matchedTo(taken));
    expect(told(platform, 'v2', free, taken)).toMatchObject(matchedTo(free));
  });
});

describe('the ledger of a transfer that two tell of', () => {
  it('has the last word of either, as of one call', () => {
    const stream = new LedgerStream(transferRequested(), callBridged());
    const first = { postbackId: 'a', sender: platform, vendorCallId: 'v1', payoutMinor: 4_500 };
    const second = { postbackId: 'b', sender: network, vendorCallId: 'n1', payoutMinor: 4_000 };
    const entries = (report: Partial<TransferReport>, minutes: number) =>
      stream
        .apply({ ...report, receivedAt: afterBridge(minutes * 60_000) })
        .map(({ type, data }) => ('toMinor' in data ? `${type} ${data.toMinor}` : type));
    expect(entries(first, 1)).toEqual(['PostbackMatched', 'RevenueConfirmed 4500']);
    expect(entries(second, 2)).toEqual(['PostbackMatched', 'RevenueRevised 4000']);
    expect(entries({ ...second, postbackId: 'c' }, 3)).toEqual(['PostbackMatched']);
    expect(sumsOf(stream.events, 'transfer-1')).toEqual({ USD: 4_000 });
  });
});

describe('a row of a statement', () => {
  it.each([
    ['token for the destination', platform],
    ['statement before', statement],
  ])('has the names of the buyer, who reported with a %s', (_, sender) => {
    const taken = aTransfer({ confirmedBy: [named('v1', sender)] });
    expect(told(statement, 'v2', taken)).toMatchObject(conflict);
    expect(told(statement, 'v1', taken)).toMatchObject(matchedTo(taken));
    expect(told(sender, 'v2', aTransfer({ confirmedBy: [named('v1', statement)] }))).toMatchObject(
      conflict,
    );
  });

  it('is about what a network told of by a name of its own, and the other way round', () => {
    const ofNetwork = aTransfer({ confirmedBy: [named('n1', network)] });
    expect(told(statement, 'v1', ofNetwork)).toMatchObject(matchedTo(ofNetwork));
    const ofStatement = aTransfer({ confirmedBy: [named('v1', statement)] });
    expect(told(network, 'n1', ofStatement)).toMatchObject(matchedTo(ofStatement));
  });

  it('is of another call once either has named the one it is near', () => {
    const both = aTransfer({ confirmedBy: [named('n1', network), named('v1', statement)] });
    expect(told(statement, 'v2', both)).toMatchObject(conflict);
    expect(told(network, 'n2', both)).toMatchObject(conflict);
    expect(told(statement, 'n1', both)).toMatchObject(matchedTo(both));
  });

  it('is about nothing by the caller where it tells no time, as a report of the hour would be', () => {
    const asked = (sender: ReportSender, callAt: string | null, more: object = {}) =>
      matchPostback(anInput({ callAt, ...more }, { sender, candidates: [aTransfer()] }));
    expect(asked(platform, null)).toMatchObject({ kind: 'matched' });
    expect(asked(statement, afterBridge(0))).toMatchObject({ kind: 'matched' });
    expect(asked(statement, null)).toMatchObject({ reason: 'call_time_missing' });
    expect(asked(statement, afterBridge(HOUR_MS))).toMatchObject({ reason: 'call_time_in_future' });
    const unknown = { callerHash: null, callerProblem: 'anonymous' };
    expect(asked(statement, null, unknown)).toMatchObject({ reason: 'caller_anonymous' });
  });

  it('is about a call of its name, or of our id, without a time', () => {
    const known = aTransfer({ confirmedBy: [named('v1', statement)] });
    const untold = { callAt: null, vendorCallId: 'v1' };
    const linked = anInput(untold, { sender: statement, byVendorCallId: known });
    expect(matchPostback(linked)).toMatchObject(matchedTo(known));
    const echoed = anInput({ callAt: null, ids: ['transfer-1'] }, { sender: statement });
    expect(matchPostback({ ...echoed, byId: [known] })).toMatchObject(matchedTo(known));
  });

  it('has none of the names of another buyer', () => {
    const taken = aTransfer({ confirmedBy: [named('v1', platform)] });
    const elsewhere = { tokenId: null, destinationId: 'buyer-2' };
    expect(told(elsewhere, 'v2', taken)).toMatchObject(matchedTo(taken));
  });
});
