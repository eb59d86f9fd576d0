import { DomainError, type TenantId, fold } from '#libs/kernel';
import { expect } from '@jest/globals';
import { leadStream } from '../application/postback-streams.js';
import { naiveWorth, sumsOf } from '../domain/ledger.fixtures.js';
import { naiveOwner, type PlainHit, type PlainTransfer } from '../domain/naive-oracle.fixtures.js';
import { type KnownPostback, reportOf } from '../domain/postback.js';
import { senderOf } from '../domain/report-sender.js';
import { revenueDecider } from '../domain/revenue.decider.js';
import { type LedgerEvent, type LedgerTransfer } from '../domain/transfer-ledger.js';
import { type startDesk } from './matching.fixtures.js';

type Desk = Awaited<ReturnType<typeof startDesk>>;

/** A lead’s stream, and what it comes to. */
export interface Ledger {
  readonly events: readonly LedgerEvent[];
  readonly transfers: readonly LedgerTransfer[];
}

/** Straight from the log. */
export async function ledgerOf(desk: Desk, leadId: string): Promise<Ledger> {
  const events = await desk.runner.history<LedgerEvent>(leadStream(leadId));
  return { events, transfers: fold(revenueDecider, events).transfers };
}

/** What the entries of a transfer come to is what all reports that belong to it are worth. */
export function expectBalanced(
  { events, transfers }: Ledger,
  hits: readonly KnownPostback[],
): void {
  for (const transfer of transfers) {
    const reports = hits
      .filter(
        ({ status, assignment }) =>
          status === 'settled' && assignment?.transferId === transfer.transferId,
      )
      .map(reportOf);
    const worth = naiveWorth(reports, transfer.destinationId);
    const expected = worth === null || worth.minor === 0 ? {} : { [worth.currency]: worth.minor };
    expect(sumsOf(events, transfer.transferId)).toEqual(expected);
    const counted = transfer.reports.map(({ postbackId }) => postbackId).sort();
    expect(counted).toEqual(reports.map(({ postbackId }) => postbackId).sort());
  }
}

/**
 * No report that the caller led to a transfer came after one of another call of its sender, unless
 * its own call was known there. Of tokens for any destination, each of which is a sender of its
 * own. One that is read anew under its name does not come anew: a person may have linked another
 * call's report beside it meanwhile.
 */
export function expectNoneOverwritten({ events }: Ledger): void {
  type Counting = { readonly transferId: string; readonly name: string };
  const counting = new Map<string, Counting>();
  const readAnew = new Map<string, Counting | undefined>();
  for (const { type, data } of events) {
    if (type === 'PostbackDetached') {
      const { postbackId, reason } = data;
      readAnew.set(postbackId, reason === 'read_anew' ? counting.get(postbackId) : undefined);
      counting.delete(postbackId);
    }
    if (type !== 'PostbackMatched') continue;
    const { transferId, report, match } = data;
    const { vendorCallId, sender, postbackId } = report;
    if (vendorCallId === null) continue;
    const by = `${sender.tokenId} ${transferId}`;
    const names = [...counting.values()].filter((each) => each.transferId === by);
    const isAnother = names.length > 0 && names.every(({ name }) => name !== vendorCallId);
    const before = readAnew.get(postbackId);
    const isNew = before?.transferId !== by || before.name !== vendorCallId;
    const overwrites = isNew && isAnother && match.rule === 'caller';
    expect({ postbackId, overwrites }).toEqual({ postbackId, overwrites: false });
    readAnew.delete(postbackId);
    counting.set(postbackId, { transferId: by, name: vendorCallId });
  }
}

/**
 * What the caller’s number led somewhere counts where the others of its name and token do, unless an
 * id of ours, or a person, says of one of them where it belongs, or found it right there.
 */
export function expectOneTransferOfName(hits: readonly KnownPostback[]): void {
  const byName = Map.groupBy(
    hits.filter(({ status, reading }) => status === 'settled' && reading.vendorCallId !== null),
    ({ tokenId, reading }) => `${tokenId} ${reading.vendorCallId}`,
  );
  for (const [name, alike] of byName) {
    const rules = alike.map(({ assignment }) => assignment?.match.rule);
    if (rules.includes('our_id') || rules.includes('manual')) continue;
    if (alike.some(({ assignment }) => assignment?.isConfirmed === true)) continue;
    const places = new Set(alike.map(({ assignment }) => assignment?.transferId));
    expect({ name, places: places.size }).toEqual({ name, places: 1 });
  }
}

/**
 * What waits is what a naive reading of the rules, going through everything there is, finds no
 * transfer for.
 */
export async function expectUnmatched(
  desk: Desk,
  tenantId: TenantId,
  hit: KnownPostback,
  ledgers: readonly Ledger[],
  hits: readonly KnownPostback[],
): Promise<void> {
  const record = await desk.records.record(tenantId, hit.postbackId);
  const again = await desk.records.readAgain(tenantId, record);
  expect(hit.reading).toEqual(again?.reading);
  const others = hits.filter(({ postbackId }) => postbackId !== hit.postbackId).map(plainHit);
  const answer = naiveOwner(plainHit(hit), ledgers.flatMap(plainTransfers), others);
  const { reason, nearestMs } = hit.unmatched ?? {};
  expect({ transferId: null, reason, nearestMs }).toEqual(answer);
}

function plainHit(hit: KnownPostback): PlainHit {
  const { reading, receivedAt, status, assignment } = hit;
  const transferId = status === 'settled' ? (assignment?.transferId ?? null) : null;
  return { reading, receivedAt, sender: senderOf(hit), transferId };
}

function plainTransfers({ events, transfers }: Ledger): PlainTransfer[] {
  const callers = new Map<string, string>();
  for (const event of events) {
    if (event.type !== 'TransferRequested') continue;
    callers.set(event.data.transferId, event.data.consumerHash);
  }
  return transfers.map((each) => ({ ...each, callerHash: callers.get(each.transferId) ?? '' }));
}

/** What a person wishes may be refused, but must not fail. */
export async function refusable(correction: Promise<unknown>): Promise<void> {
  await correction.catch((error: unknown) => {
    if (!(error instanceof DomainError)) throw error;
  });
}
