import { type RevenueLedgerRow } from '#projections/revenue-ledger';
import { type KnownTransfer } from '#projections/transfer-revenue';
import { ApiProperty } from '@nestjs/swagger';
import { AnswerAsOf } from '../http/answer-as-of.js';
import { LimitedPage } from '../http/page.response.js';
import { type CsvCell } from '../http/csv-text.js';
import { PostbackSummary } from '../postbacks/postback-inbox.response.js';
import { decimalOf, MoneyView, moneyView } from './money-view.js';

/** A consumer handed over to a destination, and what that is worth. */
export class TransferView {
  @ApiProperty({ format: 'uuid' })
  transfer_id: string;

  @ApiProperty({ format: 'uuid' })
  lead_id: string;

  @ApiProperty({ format: 'uuid' })
  call_id: string;

  @ApiProperty({ format: 'date-time', description: 'Its bridge, else dialing, else request.' })
  call_at: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  bridged_at: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  ended_at: string | null;

  @ApiProperty({ type: Number, nullable: true })
  connected_seconds: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why nobody was connected.' })
  failure: string | null;

  @ApiProperty()
  destination_id: string;

  @ApiProperty({ example: 'Bright Solar' })
  destination_name: string;

  @ApiProperty({ type: String, nullable: true, description: 'Of the lead.' })
  source: string | null;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  campaign: Readonly<Record<string, string>>;

  @ApiProperty({ type: String, nullable: true, description: 'As reported.' })
  buyer: string | null;

  @ApiProperty({ enum: ['estimated', 'confirmed', 'revised', 'reversed'] })
  state: string;

  @ApiProperty({ description: 'Whether it is paid for, as reported or else as estimated.' })
  billable: boolean;

  @ApiProperty({ type: MoneyView, nullable: true, description: 'Null before the call is over.' })
  estimated: MoneyView | null;

  @ApiProperty({ type: MoneyView, nullable: true, description: 'Null while nobody reported it.' })
  confirmed: MoneyView | null;

  @ApiProperty({
    type: MoneyView,
    nullable: true,
    description: 'Whatever came later; in the currency of then.',
  })
  first_confirmed: MoneyView | null;

  @ApiProperty({
    type: [MoneyView],
    description: 'Reported in other currencies than its own; counts for nothing.',
  })
  uncounted: readonly MoneyView[];

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  confirmed_at: string | null;

  @ApiProperty({ description: 'Reports that count for it.', example: 1 })
  reports_count: number;
}

/** One page of transfers, the latest call first. */
export class TransferPage extends LimitedPage {
  @ApiProperty({ type: [TransferView] })
  transfers: readonly TransferView[];
}

/** An entry of the ledger. */
export class LedgerEntryView {
  @ApiProperty()
  entry_id: string;

  @ApiProperty({ enum: ['estimated', 'confirmed', 'revised', 'reversed'] })
  kind: string;

  @ApiProperty({ type: MoneyView, description: 'By how much the worth changes.' })
  delta: MoneyView | null;

  @ApiProperty()
  billable: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'The hit that led to it.' })
  postback_id: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'later_report' })
  reason: string | null;

  @ApiProperty({ format: 'date-time', description: 'When the call was.' })
  occurred_at: string;

  @ApiProperty({ format: 'date-time', description: 'When the log learnt of it.' })
  recorded_at: string;
}

/** Where to read on. */
export class TransferLinks {
  @ApiProperty({ example: '/v1/leads/0b1c9e52-6d0f-8a3e-9f57-2f4f6c1d7a10/history' })
  lead_history: string;

  @ApiProperty({ example: '/v1/calls/0b1c9e52-6d0f-8a3e-9f57-2f4f6c1d7a10' })
  call: string;
}

/** A transfer with everything its worth rests on. */
export class TransferDetail extends TransferView {
  @ApiProperty({ type: [LedgerEntryView], description: 'Oldest first; the last 200.' })
  entries: readonly LedgerEntryView[];

  @ApiProperty({ type: [PostbackSummary], description: 'Newest first; the last 200.' })
  reports: readonly PostbackSummary[];

  @ApiProperty({ type: TransferLinks })
  links: TransferLinks;

  @ApiProperty({ type: AnswerAsOf })
  as_of: AnswerAsOf;
}

/** A transfer, as it is told. */
export function transferView(row: KnownTransfer): Pick<TransferView, keyof TransferView> {
  return {
    ...{ transfer_id: row.transferId, lead_id: row.leadId, call_id: row.callId },
    ...{ call_at: row.callAt, bridged_at: row.bridgedAt, ended_at: row.endedAt },
    ...{ connected_seconds: row.connectedSeconds, failure: row.failure },
    ...{ destination_id: row.destinationId, destination_name: row.destinationName },
    ...{ source: row.source, campaign: row.campaign, buyer: row.buyer },
    ...{ state: row.state, billable: row.billable },
    estimated: moneyView(row.estimatedMinor, row.currency),
    confirmed: moneyView(row.confirmedMinor, row.confirmedCurrency),
    first_confirmed: moneyView(row.firstConfirmedMinor, row.firstConfirmedCurrency),
    uncounted: uncountedOf(row),
    ...{ confirmed_at: row.confirmedAt, reports_count: row.reportCount },
  };
}

function uncountedOf({ uncounted }: KnownTransfer): MoneyView[] {
  return uncounted.flatMap(({ minor, currency }) => moneyView(BigInt(minor), currency) ?? []);
}

/** An entry, as it is told. */
export function ledgerEntryView(row: RevenueLedgerRow): LedgerEntryView {
  return {
    ...{ entry_id: row.entryId, kind: row.kind, delta: moneyView(row.deltaMinor, row.currency) },
    ...{ billable: row.billable, postback_id: row.postbackId, reason: row.reason },
    ...{ occurred_at: row.occurredAt, recorded_at: row.recordedAt },
  };
}

/** Names of the columns of transfers as CSV; new ones are only ever added at the end. */
export const TRANSFER_COLUMNS = [
  ...['transfer_id', 'lead_id', 'call_id', 'call_at', 'bridged_at', 'ended_at'],
  ...['connected_seconds', 'failure', 'destination_id', 'destination_name', 'source', 'buyer'],
  ...['state', 'billable', 'currency', 'estimated_minor', 'estimated'],
  ...['confirmed_currency', 'confirmed_minor', 'confirmed', 'first_confirmed_minor'],
  ...['confirmed_at', 'reports_count', 'campaign', 'first_confirmed_currency'],
  'uncounted',
] as const;

/** The cells of a transfer, in the order of {@link TRANSFER_COLUMNS}. */
export function transferCells(row: KnownTransfer): CsvCell[] {
  const decimal = (minor: bigint | null) => (minor === null ? null : decimalOf(minor));
  return [
    ...[row.transferId, row.leadId, row.callId, row.callAt, row.bridgedAt, row.endedAt],
    ...[row.connectedSeconds, row.failure, row.destinationId, row.destinationName],
    ...[row.source, row.buyer, row.state, row.billable, row.currency],
    ...[row.estimatedMinor, decimal(row.estimatedMinor), row.confirmedCurrency],
    ...[row.confirmedMinor, decimal(row.confirmedMinor), row.firstConfirmedMinor],
    ...[row.confirmedAt, row.reportCount, JSON.stringify(row.campaign)],
    ...[row.firstConfirmedCurrency, JSON.stringify(uncountedOf(row))],
  ];
}
