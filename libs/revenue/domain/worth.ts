import { sharesNames } from './report-sender.js';
import { type ReportSender, type TransferReport } from './revenue.events.js';

/** What a transfer is worth, as far as reports tell. */
export interface Worth {
  /** Of its first report with an amount other than 0, else of one of 0, ISO 4217; `null`: none. */
  readonly currency: string | null;
  /** In minor units of that currency, never negative; 0 where nothing is confirmed. */
  readonly minor: number;
  readonly billable: boolean;
  /** Whether a report says what it is worth; if not, the estimate stands. */
  readonly confirmed: boolean;
  /** Whether an amount below zero took back what was reported before it. */
  readonly takenBack: boolean;
}

/** What is agreed on a transfer, as far as it decides what it is worth. */
export interface Terms {
  /** Where it went: who gives its calls which names depends on it. */
  readonly destinationId: string;
  /** Shorter calls are worth nothing. */
  readonly billableSeconds: number;
}

/**
 * What a transfer is worth by its reports (semantics §3.4, PB-9).
 *
 * It depends on which reports there are and never on when each was matched: they count in the order
 * in which they came, the latest last, also where it says again what was corrected meanwhile: a
 * buyer may well come back to that. `set` replaces the amount, `add` adds to it, a report without
 * an amount says only whether it is billable, or how long it was. A whole below zero is a reversal:
 * it takes back all there was, whatever its size, and no more, as additions below zero do together.
 * What a buyer says outright is billable is; what is not is worth nothing, however much was
 * reported. Otherwise an amount above zero is billable, and without any amount a call that was long
 * enough and that nobody called a duplicate.
 */
export function worthOf(reports: readonly TransferReport[], terms: Terms): Worth {
  const { currency, said } = saidBy(reports, terms);
  const { billable, takenBack } = said;
  const amount = said.amount === null ? null : Math.max(0, said.amount);
  return {
    currency,
    minor: billable === false ? 0 : (amount ?? 0),
    billable: billableAs(said, terms) ?? false,
    confirmed: amount !== null || billable === false,
    takenBack,
  };
}

/** Money that is reported of a transfer in another currency than its own. */
export interface Uncounted {
  /** ISO 4217. */
  readonly currency: string;
  /** What the transfer would be worth by these reports alone, in minor units. */
  readonly minor: number;
}

/** What reports say of a transfer beside its worth; `null` where they do not tell. */
export interface Saying {
  /** Whether it is paid for; where they do not tell, the estimate stands. */
  readonly billable: boolean | null;
  readonly seconds: number | null;
  readonly buyer: string | null;
  /** What counts for nothing, by currency. */
  readonly uncounted: readonly Uncounted[];
}

/**
 * What reports say of a transfer beside its worth, by the same rule as {@link worthOf}: the latest
 * that tells it, repetitions left out. For read models, so that they cannot differ from the ledger.
 */
export function sayingOf(reports: readonly TransferReport[], terms: Terms): Saying {
  const { counted, currency, said } = saidBy(reports, terms);
  const uncounted = uncountedOf(counted.filter((report) => !isInCurrency(report, currency)));
  const buyer = counted.findLast((report) => report.buyer !== null)?.buyer ?? null;
  return { billable: billableAs(said, terms), seconds: said.seconds, buyer, uncounted };
}

function uncountedOf(others: readonly TransferReport[]): Uncounted[] {
  const saidIn = new Map<string, Said>();
  for (const report of others) {
    const { currency } = report;
    saidIn.set(currency, heard(saidIn.get(currency) ?? NOTHING, report));
  }
  return [...saidIn]
    .map(([currency, { amount }]) => ({ currency, minor: Math.max(0, amount ?? 0) }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

function saidBy(reports: readonly TransferReport[], terms: Terms) {
  const counted = withoutRepeats(inOrderOfReceipt(reports), terms);
  const currency = currencyOf(counted);
  const said = counted.filter((report) => isInCurrency(report, currency)).reduce(heard, NOTHING);
  return { counted, currency, said };
}

function billableAs({ billable, amount, isDuplicate, seconds }: Said, terms: Terms) {
  if (billable !== null) return billable;
  if (amount !== null) return amount > 0;
  if (isDuplicate) return false;
  return seconds === null ? null : isLongEnough(seconds, terms);
}

/** Reports in the order in which they count: as they came, and those of one list as it has them. */
export function inOrderOfReceipt(reports: readonly TransferReport[]): TransferReport[] {
  return [...reports].sort(
    (a, b) =>
      Date.parse(a.receivedAt) - Date.parse(b.receivedAt) ||
      a.sequence - b.sequence ||
      (a.postbackId < b.postbackId ? -1 : 1),
  );
}

/**
 * The currency of the transfer: that of its first report with money in it. A platform that says 0
 * before it knows better often says it without a currency, and must not fix one.
 */
export function currencyOf(inOrder: readonly TransferReport[]): string | null {
  const withAmount = inOrder.filter(({ payoutMinor }) => payoutMinor !== null);
  const first = withAmount.find(({ payoutMinor }) => payoutMinor !== 0) ?? withAmount[0];
  return first?.currency ?? null;
}

/**
 * Amounts of another currency cannot be added up; such a report changes nothing. Nothing is the
 * same in every currency.
 */
export function isInCurrency(report: TransferReport, currency: string | null): boolean {
  return !report.payoutMinor || report.currency === currency;
}

/** Whether two reports say the same. */
export function saysTheSame(a: TransferReport, b: TransferReport): boolean {
  return CONTENT.every((field) => a[field] === b[field]);
}

const CONTENT = [
  'vendorCallId',
  'payoutMinor',
  'payoutMode',
  'currency',
  'billable',
  'isDuplicate',
  'durationSeconds',
  'buyer',
  'callAt',
] as const;

/** One text for all reports that say the same, for read models to tell repeated ones. */
export function wordsOf(report: Pick<TransferReport, (typeof CONTENT)[number]>): string {
  return JSON.stringify(CONTENT.map((field) => report[field]));
}

/** Whether two reports are of one call: of the same name, by senders who share names. */
export function isOfOneCall(
  a: TransferReport,
  b: TransferReport,
  transfer: Pick<Terms, 'destinationId'>,
): boolean {
  return a.vendorCallId === b.vendorCallId && sharesNames(a.sender, b.sender, transfer);
}

/**
 * Reports without those that repeat an earlier one of their call, given in the order in which they
 * count. As {@link isRepeat} has it, but in the time of one look at each, for a platform may give
 * all its calls one name.
 */
export function withoutRepeats(
  inOrder: readonly TransferReport[],
  terms: Pick<Terms, 'destinationId'>,
): TransferReport[] {
  const toldByName = new Map<string | null, Map<string, Told>>();
  return inOrder.filter((report, place) => {
    const { vendorCallId, sender } = report;
    const ofName = valueOf(toldByName, vendorCallId, () => new Map<string, Told>());
    const ofCall = [...ofName.values()].filter((each) => sharesNames(each.sender, sender, terms));
    const isNew = !isSaidIn(ofCall, report);
    const told = valueOf(ofName, senderKey(sender), () => toldNothing(sender));
    if (isAddition(report)) told.additions.add(wordsOf(report));
    else told.last = { place, report };
    return isNew;
  });
}

/** What one sender has told under one name: few senders share a transfer, however much they tell. */
interface Told {
  readonly sender: ReportSender;
  /** What additions said. */
  readonly additions: Set<string>;
  /** The last that is no addition, and its place among all reports; `null`: none. */
  last: { readonly place: number; readonly report: TransferReport } | null;
}

function toldNothing(sender: ReportSender): Told {
  return { sender, additions: new Set(), last: null };
}

/** Whether a report repeats what was told of its call: see {@link repeatable}. */
function isSaidIn(ofCall: readonly Told[], report: TransferReport): boolean {
  if (isAddition(report)) return ofCall.some(({ additions }) => additions.has(wordsOf(report)));
  const lasts = ofCall.flatMap(({ last }) => last ?? []);
  const latest = Math.max(...lasts.map(({ place }) => place));
  return lasts.some((last) => last.place === latest && saysTheSame(last.report, report));
}

function senderKey({ tokenId, destinationId }: ReportSender): string {
  return JSON.stringify([tokenId, destinationId]);
}

function valueOf<Key, Value>(values: Map<Key, Value>, key: Key, initial: () => Value): Value {
  const value = values.get(key) ?? initial();
  values.set(key, value);
  return value;
}

/**
 * Which reports of a call a later one may repeat: the last that is no addition, for a buyer may come
 * back to what was corrected meanwhile. Additions in between do not correct it, and whoever delivers
 * both again would lose them. An addition repeats any of them: nobody comes back to one.
 */
function repeatable(report: TransferReport, ofCall: readonly TransferReport[]) {
  return isAddition(report) ? ofCall : ofCall.filter((each) => !isAddition(each)).slice(-1);
}

function isAddition({ payoutMinor, payoutMode }: TransferReport): boolean {
  return payoutMinor !== null && payoutMode === 'add';
}

/** Whether one report of a call repeats another, or is repeated by it. */
export function isRepeat(report: TransferReport, others: readonly TransferReport[]): boolean {
  const inOrder = inOrderOfReceipt([...others, report]);
  const place = inOrder.indexOf(report);
  const later = inOrder.slice(place + 1);
  const laterLikeIt = later.filter((each) => isAddition(each) === isAddition(report));
  const around = [
    ...repeatable(report, inOrder.slice(0, place)),
    ...(isAddition(report) ? laterLikeIt : laterLikeIt.slice(0, 1)),
  ];
  return around.some((each) => saysTheSame(each, report));
}

/** What reports have said so far. */
interface Said {
  /** Additions may take it below zero, and others make up for that. */
  readonly amount: number | null;
  readonly takenBack: boolean;
  /** As said outright. */
  readonly billable: boolean | null;
  readonly seconds: number | null;
  readonly isDuplicate: boolean;
}

const NOTHING: Said = {
  ...{ amount: null, takenBack: false, billable: null, seconds: null, isDuplicate: false },
};

function heard(said: Said, report: TransferReport): Said {
  const { payoutMinor, payoutMode } = report;
  const billable = report.billable ?? said.billable;
  const seconds = report.durationSeconds ?? said.seconds;
  const isDuplicate = report.isDuplicate || said.isDuplicate;
  if (payoutMinor === null) return { ...said, billable, seconds, isDuplicate };
  if (payoutMode === 'add') {
    const amount = (said.amount ?? 0) + payoutMinor;
    const takenBack = payoutMinor < 0 || said.takenBack;
    return { amount, takenBack, billable, seconds, isDuplicate };
  }
  // The whole was stated anew: whether it is billable follows from it, unless that is said, too.
  const whole = { amount: Math.max(0, payoutMinor), takenBack: payoutMinor < 0 };
  return { ...whole, billable: report.billable, seconds, isDuplicate };
}

function isLongEnough(seconds: number, { billableSeconds }: Terms): boolean {
  return seconds >= billableSeconds;
}
