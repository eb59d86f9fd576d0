import { type LedgerRow } from './statement-difference.js';
import { factsOf, type LedgerTransfer } from './transfer-ledger.js';
import { worthOf } from './worth.js';

/** What of a statement decides how a transfer is seen beside it. */
export interface SeenBeside {
  /** Its own lines, as reports. */
  readonly ownIds: ReadonlySet<string>;
  readonly callerHashes: readonly string[];
}

/** A transfer as our ledger has it without what a statement says of it. */
export function ledgerRowOf(transfer: LedgerTransfer, beside: SeenBeside): LedgerRow {
  const { ownIds, callerHashes } = beside;
  const reports = transfer.reports.filter(({ postbackId }) => !ownIds.has(postbackId));
  const { confirmed, minor, currency, billable } = worthOf(reports, transfer);
  const facts = factsOf({ ...transfer, reports });
  return {
    ...facts,
    callerHashes,
    billableSeconds: transfer.billableSeconds,
    booked: confirmed ? { minor, currency: currency ?? transfer.payoutCurrency, billable } : null,
    estimate: transfer.estimate,
  };
}
