import { type TransferTimes } from './call-time.js';
import { type Reading } from './postback.events.js';
import { sharesNames, speakAsOne } from './report-sender.js';
import { type ReportSender } from './revenue.events.js';

/** A call, as a sender of reports names it. */
export interface NamedCall {
  readonly vendorCallId: string;
  readonly sender: ReportSender;
}

/** A transfer, as far as it matters to whether a report is about it. Instants are ISO-8601 UTC. */
export interface TransferFacts extends TransferTimes {
  readonly transferId: string;
  readonly leadId: string;
  readonly callId: string;
  readonly destinationId: string;
  readonly destinationName: string;
  /** How long consumer and destination talked; `null` while they do, or if they never did. */
  readonly connectedSeconds: number | null;
  /** What senders call it whose reports were matched to it. */
  readonly confirmedBy: readonly NamedCall[];
}

/** A report, as far as it matters to which transfer it is about. */
export interface ReportedCall {
  readonly reading: Reading;
  readonly sender: ReportSender;
  /** When the report came. ISO-8601 UTC. */
  readonly receivedAt: string;
  /** The destination the sender's token is for; `null` for any. */
  readonly tokenDestinationId: string | null;
}

/** A report, and every transfer of the tenant that it may be about. */
export interface MatchInput extends ReportedCall {
  /** Transfers of the caller, at any time and in any order. */
  readonly candidates: readonly TransferFacts[];
  /** Whether there are more in the window, all of them further away; not, unless it is said. */
  readonly wereCut?: boolean;
  /** Transfers that the echoed ids name: by transfer, by call, or by lead. */
  readonly byId: readonly TransferFacts[];
  /** The transfer that the sender's call id is linked to already. */
  readonly byVendorCallId: TransferFacts | null;
}

/** What those call the transfer who give calls the same names as a sender. */
export function namesOf(transfer: TransferFacts, sender: ReportSender): string[] {
  return transfer.confirmedBy
    .filter((call) => sharesNames(call.sender, sender, transfer))
    .map(({ vendorCallId }) => vendorCallId);
}

/**
 * The name by which the transfer is another call than the one a sender names so; `null` if it may
 * be that.
 */
export function otherNameOf(transfer: TransferFacts, call: NamedCall): string | null {
  if (isNamed(transfer, call)) return null;
  const own = transfer.confirmedBy.find(({ sender }) => speakAsOne(sender, call.sender));
  return own?.vendorCallId ?? null;
}

/** Whether the transfer is the call that a sender names so. */
export function isNamed(transfer: TransferFacts, { vendorCallId, sender }: NamedCall): boolean {
  return namesOf(transfer, sender).includes(vendorCallId);
}

/** Whether two are the same transfer. */
export function isSameTransfer(
  a: Pick<TransferFacts, 'transferId'>,
  b: Pick<TransferFacts, 'transferId'>,
): boolean {
  return a.transferId === b.transferId;
}
