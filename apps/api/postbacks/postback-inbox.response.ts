import { UNMATCHED_REASONS } from '#libs/revenue';
import {
  type HitStake,
  type PostbackInboxRow,
  type UnmatchedRevenue,
} from '#projections/postback-inbox';
import { ApiProperty } from '@nestjs/swagger';
import { LimitedPage } from '../http/page.response.js';
import { MoneyView, moneyView } from '../reports/money-view.js';
import { POSTBACK_STATUSES } from './postback-inbox.requests.js';

/** Something odd about a report. */
export class PostbackWarning {
  @ApiProperty({ description: 'Name of the field as it was sent.', example: 'payout' })
  field: string;

  @ApiProperty({ example: 'unreplaced_macro' })
  code: string;
}

/** A report of a buyer's platform, and what has become of it. */
export class PostbackSummary {
  @ApiProperty({ format: 'uuid' })
  postback_id: string;

  @ApiProperty({ enum: POSTBACK_STATUSES })
  status: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why it is unmatched, or what was said when it was ignored.',
    example: 'outside_window',
  })
  reason: string | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Distance of the nearest transfer outside the window, in ms.',
  })
  nearest_ms: number | null;

  @ApiProperty({ format: 'date-time' })
  received_at: string;

  @ApiProperty({ format: 'uuid', description: 'The token it came with.' })
  token_id: string;

  @ApiProperty({ type: String, nullable: true, description: 'The destination its token is for.' })
  destination_id: string | null;

  @ApiProperty({ enum: ['GET', 'POST', 'IMPORT'] })
  method: string;

  @ApiProperty({ type: String, nullable: true, description: 'The sender’s name for the call.' })
  vendor_call_id: string | null;

  @ApiProperty({ description: 'Whether it names a caller.' })
  has_caller: boolean;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'As reported.' })
  call_at: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'As reported.' })
  duration_seconds: number | null;

  @ApiProperty({ type: MoneyView, nullable: true, description: 'As reported.' })
  payout: MoneyView | null;

  @ApiProperty({ enum: ['set', 'add'], description: 'The whole, or an addition.' })
  payout_mode: string;

  @ApiProperty({ type: Boolean, nullable: true, description: 'As reported.' })
  billable: boolean | null;

  @ApiProperty({ type: String, nullable: true, example: 'Bright Solar' })
  buyer: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The transfer it counts for.' })
  transfer_id: string | null;

  @ApiProperty({ type: String, nullable: true })
  lead_id: string | null;

  @ApiProperty({ description: 'Version of the alias map it was read with.', example: '1.0' })
  map_version: string;

  @ApiProperty({ type: [PostbackWarning] })
  warnings: readonly PostbackWarning[];
}

/** A report in a list, with what it adds to the sum of those that wait. */
export class ListedPostback extends PostbackSummary {
  @ApiProperty({
    type: MoneyView,
    nullable: true,
    description:
      'What it adds to what is at stake. Null unless it is unmatched, names an amount, is the ' +
      'last whole of its call or an addition since, and the call is not said to be unpaid. With ' +
      'known_by, as known then.',
  })
  at_stake: MoneyView | null;
}

/** What is at stake in unmatched hits, by why they are. */
export class UnmatchedSum {
  @ApiProperty({ enum: UNMATCHED_REASONS })
  reason: string;

  @ApiProperty({ example: 3 })
  hits: number;

  @ApiProperty({ description: 'Calls they are about, as far as told.', example: 2 })
  calls: number;

  @ApiProperty({ type: MoneyView, description: 'What those calls are said to be worth.' })
  at_stake: MoneyView | null;
}

/** What is at stake in all unmatched hits of a currency. */
export class UnmatchedTotal {
  @ApiProperty({ example: 3 })
  hits: number;

  @ApiProperty({ type: MoneyView })
  at_stake: MoneyView | null;
}

/** All that is unmatched now, whatever the list shows; all is live, so nothing with mode=test. */
export class UnmatchedOverview {
  @ApiProperty({ type: [UnmatchedTotal], description: 'One for each currency.' })
  totals: readonly UnmatchedTotal[];

  @ApiProperty({ type: [UnmatchedSum] })
  by_reason: readonly UnmatchedSum[];
}

/** One page of hits, newest first. */
export class PostbackPage extends LimitedPage {
  @ApiProperty({ type: [ListedPostback] })
  postbacks: readonly ListedPostback[];

  @ApiProperty({ type: UnmatchedOverview, nullable: true, description: 'On the first page only.' })
  unmatched: UnmatchedOverview | null;
}

/** A hit, as lists show it. Who called is not told: only that somebody did. */
export function postbackSummary(
  row: PostbackInboxRow,
): Pick<PostbackSummary, keyof PostbackSummary> {
  return {
    ...{ postback_id: row.postbackId, status: row.status, reason: row.reason },
    nearest_ms: row.nearestMs === null ? null : Number(row.nearestMs),
    ...{ received_at: row.receivedAt, token_id: row.tokenId, destination_id: row.destinationId },
    ...{ method: row.method, vendor_call_id: row.vendorCallId },
    ...{ has_caller: row.callerHash !== null, call_at: row.callAt },
    ...{ duration_seconds: row.durationSeconds, payout: moneyView(row.payoutMinor, row.currency) },
    ...{ payout_mode: row.payoutMode, billable: row.billable, buyer: row.buyer },
    ...{ transfer_id: row.transferId, lead_id: row.leadId },
    ...{ map_version: row.mapVersion, warnings: row.warnings },
  };
}

/**
 * A hit of a list, as it stood at the moment that was asked for: `knownBy`, inclusive, ISO-8601 UTC
 * with milliseconds. What belongs to its status is kept for now alone, so it is not told where
 * something has happened since.
 */
export function listedPostback(
  row: PostbackInboxRow,
  stake: HitStake | undefined,
  knownBy?: string,
): ListedPostback {
  const { status = row.status, atStakeMinor = null, currency = row.currency } = stake ?? {};
  const isAsThen = knownBy === undefined || row.updatedAt <= knownBy;
  return {
    ...{ ...postbackSummary(row), ...(!isAsThen && NOT_TOLD), status },
    at_stake: moneyView(atStakeMinor, currency),
  };
}

const NOT_TOLD = { reason: null, nearest_ms: null, transfer_id: null, lead_id: null };

/** Sums at stake, by reason and altogether. */
export function unmatchedOverview(sums: readonly UnmatchedRevenue[]): UnmatchedOverview {
  const currencies = [...new Set(sums.map(({ currency }) => currency))].sort();
  const totals = currencies.map((currency) => {
    const ours = sums.filter((sum) => sum.currency === currency);
    const hits = ours.reduce((count, sum) => count + sum.hits, 0);
    const minor = ours.reduce((total, sum) => total + sum.atStakeMinor, 0n);
    return { hits, at_stake: moneyView(minor, currency) };
  });
  const by_reason = sums.map(({ reason, hits, calls, atStakeMinor, currency }) => ({
    ...{ reason, hits, calls, at_stake: moneyView(atStakeMinor, currency) },
  }));
  return { totals, by_reason };
}
