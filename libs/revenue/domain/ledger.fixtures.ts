import { type CallEvent } from '#events/calls';
import { fold } from '#libs/kernel';
import { aMatch, aReport } from './revenue.fixtures.js';
import { isOneSender } from './naive-oracle.fixtures.js';
import { revenueDecider } from './revenue.decider.js';
import { type MatchFacts, type RevenueEvent, type TransferReport } from './revenue.events.js';
import { type LedgerEvent } from './transfer-ledger.js';

type Entry = Extract<RevenueEvent, { data: { toMinor: number } }>;

/** A lead's stream, as the money sees it: each step is decided on all before it. */
export class LedgerStream {
  readonly events: LedgerEvent[] = [];

  constructor(...history: CallEvent[]) {
    this.events.push(...history);
  }

  get ledger() {
    return fold(revenueDecider, this.events);
  }

  /** What a report leads to; to the first transfer, by an id of ours, unless told. */
  apply(
    report: Partial<TransferReport>,
    transferId = 'transfer-1',
    rule: MatchFacts['rule'] = 'our_id',
  ): RevenueEvent[] {
    const match = { ...aMatch, rule };
    return this.#append({
      ...{ type: 'ApplyReport', transferId, report: aReport(report), match },
      at: '2026-02-01T00:00:00.000Z',
    });
  }

  /** What it leads to when a report means this after all. */
  reread(
    report: Partial<TransferReport>,
    {
      isConfirmed = false,
      rule = 'caller',
    }: { readonly isConfirmed?: boolean; readonly rule?: MatchFacts['rule'] } = {},
  ): RevenueEvent[] {
    const match = { ...aMatch, rule };
    return this.#append({
      ...{ type: 'RereadReport', transferId: 'transfer-1', report: aReport(report), match },
      ...{ isConfirmed, at: '2026-02-01T00:00:00.000Z' },
    });
  }

  /** What it leads to when a report is taken off. */
  detach(postbackId: string): RevenueEvent[] {
    const at = '2026-02-02T00:00:00.000Z';
    return this.#append({ type: 'DetachReport', postbackId, at, reason: 'wrong call' });
  }

  happens(event: CallEvent): void {
    this.events.push(event);
  }

  #append(command: Parameters<typeof revenueDecider.decide>[0]): RevenueEvent[] {
    const decided = revenueDecider.decide(command, this.ledger) as RevenueEvent[];
    this.events.push(...decided);
    return decided;
  }
}

/** Those of events that say what a transfer is worth. */
export function entriesIn(events: readonly LedgerEvent[]): Entry[] {
  return events.filter((event): event is Entry => 'toMinor' in event.data);
}

/** What the entries of a transfer add up to, by currency; nothing where that is 0. */
export function sumsOf(events: readonly LedgerEvent[], transferId: string): Record<string, number> {
  const sums = new Map<string, number>();
  for (const { data } of entriesIn(events).filter((each) => each.data.transferId === transferId)) {
    const sum = sums.get(data.currency) ?? 0;
    sums.set(data.currency, sum + data.toMinor - data.fromMinor);
  }
  return Object.fromEntries([...sums].filter(([, sum]) => sum !== 0));
}

/** What reports are worth, worked out from the end of the list rather than step by step. */
export function naiveWorth(
  reports: readonly TransferReport[],
  destinationId: string,
): {
  readonly currency: string;
  readonly minor: number;
} | null {
  const sorted = [...reports].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const told = sorted.filter(
    (report, index) => !repeats(report, sorted.slice(0, index), destinationId),
  );
  const amounts = told.filter(({ payoutMinor }) => payoutMinor !== null);
  const money = amounts.filter(({ payoutMinor }) => payoutMinor !== 0);
  const currency = [...money, ...amounts][0]?.currency;
  if (currency === undefined) return null;
  const counted = told.filter((each) => !money.includes(each) || each.currency === currency);
  const start = Math.max(0, counted.findLastIndex(isWhole));
  const last = counted.slice(start);
  const wholes = last.filter(isWhole).map(({ payoutMinor }) => payoutMinor ?? 0);
  const additions = last
    .filter((each) => !isWhole(each))
    .map(({ payoutMinor }) => payoutMinor ?? 0);
  // A reversal leaves nothing, and never less than that (PB-9, semantics §3.4: confirmed = 0, net).
  const left = (wholes[0] ?? 0) < 0 ? 0 : (wholes[0] ?? 0);
  const sum = additions.reduce((before, each) => before + each, left);
  const minor = sum < 0 ? 0 : sum;
  const said = last.findLast(({ billable }) => billable !== null)?.billable ?? null;
  return { currency, minor: said === false ? 0 : minor };
}

const isWhole = ({ payoutMinor, payoutMode }: TransferReport) =>
  payoutMinor !== null && payoutMode === 'set';

const placeOf = ({ receivedAt, sequence, postbackId }: TransferReport) =>
  `${receivedAt} ${String(sequence).padStart(6, '0')} ${postbackId}`;

function repeats(
  report: TransferReport,
  earlier: readonly TransferReport[],
  destinationId: string,
): boolean {
  const ofCall = earlier.filter(
    ({ vendorCallId, sender }) =>
      vendorCallId === report.vendorCallId && isOneSender(sender, report.sender, destinationId),
  );
  const adds = (each: TransferReport) => each.payoutMinor !== null && !isWhole(each);
  if (adds(report)) return ofCall.map(contentOf).includes(contentOf(report));
  const last = ofCall.findLast((each) => !adds(each));
  return last !== undefined && contentOf(last) === contentOf(report);
}

function contentOf(report: TransferReport): string {
  return JSON.stringify({ ...report, sender: null, postbackId: '', receivedAt: '', sequence: 0 });
}

/** So many minutes past the hour of the call, in ISO-8601. */
export const minute = (at: number) => `2026-01-06T17:${String(at).padStart(2, '0')}:00.000Z`;

/** Type and change of each entry, e.g. `RevenueConfirmed 0 4500 USD`. */
export const told = (events: readonly LedgerEvent[]) =>
  entriesIn(events).map(({ type, data }) =>
    [type, data.fromMinor, data.toMinor, data.currency].join(' '),
  );
