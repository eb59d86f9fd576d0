import { anchorOf } from './call-time.js';
import { type RevenueEvent } from './revenue.events.js';
import { type Booked, type LedgerTransfer } from './transfer-ledger.js';
import { type Worth, worthOf } from './worth.js';

/** What led to a look at what a transfer is worth. */
export interface Occasion {
  /** The hit that was matched, or read anew; `null`: one was taken off. */
  readonly becauseOf: string | null;
  /** Told with a change that does not speak for itself, as a chargeback does. */
  readonly reason: 'later_report' | 'earlier_report' | 'read_anew' | 'detached';
  /** ISO-8601 UTC. */
  readonly at: string;
}

type Of<Type extends RevenueEvent['type']> = Extract<RevenueEvent, { type: Type }>;
type Entry = Of<'RevenueConfirmed' | 'RevenueRevised' | 'RevenueReversed'>;

/**
 * The entries that lead from what is booked of a transfer to what it is worth by its reports; none
 * where that is the same. `before` is the transfer as it stands, `after` has the reports of now.
 *
 * What all entries of a transfer add up to is its worth, in every currency. Where its currency
 * turns out to be another one, what was booked is taken back first.
 */
export function entriesOf(
  before: LedgerTransfer,
  after: LedgerTransfer,
  occasion: Occasion,
): Entry[] {
  const worth = worthOf(after.reports, after);
  const { booked } = before;
  const currency = worth.currency ?? booked?.currency ?? before.payoutCurrency;
  if (booked !== null && booked.minor !== 0 && booked.currency !== currency) {
    const nothing: Booked = { currency, minor: 0, billable: worth.billable };
    const back: Change = { ...worth, ...nothing, currency: booked.currency };
    return [
      changed(before, booked, back, { ...occasion, reason: 'currency_changed' }),
      ...entriesOf({ ...before, booked: nothing }, after, occasion),
    ];
  }
  return entryOf(before, { ...worth, currency }, occasion);
}

type Change = Worth & Booked;

function entryOf(before: LedgerTransfer, worth: Change, occasion: Occasion): Entry[] {
  const booked = before.booked ?? { currency: worth.currency, minor: 0, billable: false };
  const wasConfirmed = worthOf(before.reports, before).confirmed;
  const isUnchanged = booked.minor === worth.minor && wasConfirmed === worth.confirmed;
  if (isUnchanged && (!worth.confirmed || booked.billable === worth.billable)) return [];
  const isFirst = !wasConfirmed && booked.minor === 0;
  return [isFirst ? confirmed(before, worth, occasion) : changed(before, booked, worth, occasion)];
}

function confirmed(before: LedgerTransfer, worth: Change, occasion: Occasion): Entry {
  const { estimate } = before;
  const estimatedMinor = estimate?.currency === worth.currency ? estimate.amountMinor : null;
  const data = { ...entryData(before, 0, worth, occasion), estimatedMinor };
  return { type: 'RevenueConfirmed', data };
}

interface Reasoned extends Omit<Occasion, 'reason'> {
  readonly reason: Occasion['reason'] | 'currency_changed';
}

function changed(before: LedgerTransfer, booked: Booked, worth: Change, why: Reasoned): Entry {
  const isGone = booked.minor > 0 && worth.minor === 0;
  const isReversed = isGone || (booked.billable && !worth.billable);
  const isReported = why.reason === 'later_report' || why.reason === 'earlier_report';
  const reason = isReversed && isReported ? reasonOfReversal(worth) : why.reason;
  const { confirmed } = worth;
  const data = { ...entryData(before, booked.minor, worth, why), confirmed, reason };
  return { type: isReversed ? 'RevenueReversed' : 'RevenueRevised', data };
}

function reasonOfReversal({ billable, takenBack }: Worth): string {
  if (takenBack) return 'chargeback';
  return billable ? 'worth_nothing' : 'not_billable';
}

function entryData(
  transfer: LedgerTransfer,
  fromMinor: number,
  { minor: toMinor, currency, billable }: Booked,
  { becauseOf, at: recordedAt }: Reasoned,
) {
  const { leadId, callId, transferId, destinationId } = transfer;
  return {
    ...{ leadId, callId, transferId, destinationId },
    ...{ fromMinor, toMinor, currency, billable, becauseOf },
    ...{ callAt: anchorOf(transfer), recordedAt },
  };
}
