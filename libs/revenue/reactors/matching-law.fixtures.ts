import { type TenantId, fold } from '#libs/kernel';
import { expect } from '@jest/globals';
import { leadStream } from '../application/postback-streams.js';
import { sumsOf } from '../domain/ledger.fixtures.js';
import { matchPostback } from '../domain/matching.js';
import { type KnownPostback } from '../domain/postback.js';
import { revenueDecider } from '../domain/revenue.decider.js';
import { type TransferReport } from '../domain/revenue.events.js';
import { factsOf, type LedgerEvent, type LedgerTransfer } from '../domain/transfer-ledger.js';
import { worthOf } from '../domain/worth.js';
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

function reportOf({ postbackId, receivedAt, sequence, reading }: KnownPostback): TransferReport {
  const { vendorCallId, payoutMinor, payoutMode, currency, billable } = reading;
  const { isDuplicate, durationSeconds, buyer, callAt } = reading;
  return {
    ...{ postbackId, vendorCallId, payoutMinor, payoutMode, currency, billable },
    ...{ isDuplicate, durationSeconds, buyer, callAt, receivedAt, sequence },
  };
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
    const { minor, currency } = worthOf(reports, transfer);
    const expected = minor === 0 ? {} : { [currency ?? 'USD']: minor };
    expect(sumsOf(events, transfer.transferId)).toEqual(expected);
    const counted = transfer.reports.map(({ postbackId }) => postbackId).sort();
    expect(counted).toEqual(reports.map(({ postbackId }) => postbackId).sort());
  }
}

/** What waits is what the rules, asked of everything there is, find no transfer for. */
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
  const { callerHash, vendorCallId, ids } = hit.reading;
  const ofCaller = (events: readonly LedgerEvent[]) =>
    events.some(
      (event) => event.type === 'TransferRequested' && event.data.consumerHash === callerHash,
    );
  const all = ledgers.flatMap(({ transfers }) => transfers.map(factsOf));
  const linked = hits.filter(
    ({ status, reading }) =>
      status === 'settled' && vendorCallId !== null && reading.vendorCallId === vendorCallId,
  );
  const outcome = matchPostback({
    ...{ reading: hit.reading, receivedAt: hit.receivedAt, tokenDestinationId: null },
    candidates: ledgers
      .filter(({ events }) => ofCaller(events))
      .flatMap(({ transfers }) => transfers.map(factsOf)),
    byId: all.filter(({ transferId, leadId }) => ids.includes(transferId) || ids.includes(leadId)),
    byVendorCallId:
      all.find(({ transferId }) =>
        linked.some(({ assignment }) => assignment?.transferId === transferId),
      ) ?? null,
  });
  const { reason, nearestMs } = hit.unmatched ?? {};
  expect({ kind: 'unmatched', reason, nearestMs }).toEqual(outcome);
}
