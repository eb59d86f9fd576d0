import { ApiProperty } from '@nestjs/swagger';
import { AnswerAsOf } from '../http/answer-as-of.js';

const unmatchedHits = {
  type: String,
  nullable: true,
  description: 'Those that wait for a transfer; what each adds to unmatched is its at_stake.',
  example: '/v1/postbacks?called_from=…&status=unmatched',
} as const;

const counted = (description: string) => ({ type: 'integer', description, example: 12 }) as const;
const ofHits = (description: string) =>
  ({
    ...{ type: Number, nullable: true, example: 3 },
    description: `${description} Null where hits cannot be told apart so: they name no lead.`,
  }) as const;
const minor = (description: string) =>
  ({ type: 'integer', description: `${description} In hundredths.`, example: 4500 }) as const;
const decimal = { description: 'The same as a decimal number.', example: '45.00' } as const;
const rate = (description: string) =>
  ({ type: Number, nullable: true, description, example: 0.9231 }) as const;

/** Figures of some transfers, and of the hits that belong with them. */
export class RevenueFiguresView {
  @ApiProperty({ description: 'ISO 4217; amounts are never added up across currencies.' })
  currency: string;

  @ApiProperty(counted('Transfers that were requested.'))
  transfers: number;

  @ApiProperty(counted('Those in which consumer and destination were connected.'))
  bridged: number;

  @ApiProperty(counted('Those that are paid for, as reported or else as estimated.'))
  billable: number;

  @ApiProperty(counted('Those whose worth a buyer has reported.'))
  confirmed_transfers: number;

  @ApiProperty(minor('What our payout rules say all of them are worth.'))
  estimated_minor: number;

  @ApiProperty(decimal)
  estimated: string;

  @ApiProperty(minor('What buyers say those are worth that they reported.'))
  confirmed_minor: number;

  @ApiProperty(decimal)
  confirmed: string;

  @ApiProperty(minor('Estimated for those that nobody has confirmed.'))
  outstanding_minor: number;

  @ApiProperty(decimal)
  outstanding: string;

  @ApiProperty(minor('Confirmed beyond what was estimated for the same transfers.'))
  variance_minor: number;

  @ApiProperty(decimal)
  variance: string;

  @ApiProperty(minor('By how much amounts changed after they were confirmed first.'))
  revised_minor: number;

  @ApiProperty(decimal)
  revised: string;

  @ApiProperty(minor('Reported of transfers in another currency; counts for nothing.'))
  uncounted_minor: number;

  @ApiProperty(decimal)
  uncounted: string;

  @ApiProperty(ofHits('Reports that came in on calls of the period.'))
  hits: number | null;

  @ApiProperty(ofHits('Those that count for a transfer.'))
  matched_hits: number | null;

  @ApiProperty(ofHits('Those that wait for one.'))
  unmatched_hits: number | null;

  @ApiProperty(ofHits('What is at stake in those that wait, in hundredths.'))
  unmatched_minor: number | null;

  @ApiProperty({ type: String, nullable: true, ...decimal })
  unmatched: string | null;

  @ApiProperty(rate('matched_hits ÷ hits; null without hits.'))
  match_rate: number | null;

  @ApiProperty(rate('confirmed_transfers ÷ bridged; null where nothing was bridged.'))
  confirmation_rate: number | null;
}

/** A line of a report. */
export class RevenueLineView extends RevenueFiguresView {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', nullable: true },
    description:
      'What tells it apart, by the words of group_by: day is a local date, hour the instant it ' +
      'begins. Null: there is none.',
    example: { day: '2026-07-05', destination: '0b1c9e52-6d0f-8a3e-9f57-2f4f6c1d7a10' },
  })
  group: Readonly<Record<string, string | null>>;

  @ApiProperty({ type: String, nullable: true, description: 'Where destinations are told apart.' })
  destination_name: string | null;

  @ApiProperty({ description: 'The transfers behind it.', example: '/v1/transfers?from=…' })
  transfers_url: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'The hits behind it; of a past moment, the ones known by then, with their status of ' +
      'then. Null where hits cannot be told apart so.',
    example: '/v1/postbacks?called_from=…',
  })
  postbacks_url: string | null;

  @ApiProperty(unmatchedHits)
  unmatched_url: string | null;
}

/** Bridged transfers that nobody has confirmed, by how long ago they were. */
export class UnconfirmedView {
  @ApiProperty({ enum: ['over_30_d', 'over_72_h', 'over_24_h', 'under_24_h'] })
  age: string;

  @ApiProperty(counted('How many.'))
  transfers: number;

  @ApiProperty(minor('What they are estimated to be worth.'))
  estimated_minor: number;

  @ApiProperty(decimal)
  estimated: string;

  @ApiProperty({ description: 'Those transfers.', example: '/v1/transfers?bridged_to=…' })
  transfers_url: string;
}

/** All of one currency. */
export class RevenueTotalView extends RevenueFiguresView {
  @ApiProperty({ type: [UnconfirmedView], description: 'Oldest first; counted until as_of.' })
  unconfirmed: readonly UnconfirmedView[];

  @ApiProperty({ description: 'The transfers behind it.', example: '/v1/transfers?from=…' })
  transfers_url: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The hits behind it, as with lines.',
    example: '/v1/postbacks?called_from=…',
  })
  postbacks_url: string | null;

  @ApiProperty(unmatchedHits)
  unmatched_url: string | null;
}

/** What a report covers. */
export class ReportPeriodView {
  @ApiProperty({ format: 'date-time' })
  from: string;

  @ApiProperty({ format: 'date-time', description: 'Exclusive.' })
  to: string;

  @ApiProperty({ example: 'America/New_York' })
  tz: string;
}

/** Revenue of a period. */
export class RevenueReportView {
  @ApiProperty({ type: ReportPeriodView })
  period: ReportPeriodView;

  @ApiProperty({ enum: ['now', 'first_reported'] })
  sense: string;

  @ApiProperty({ type: [String], example: ['day', 'destination'] })
  group_by: readonly string[];

  @ApiProperty({ type: [RevenueLineView] })
  lines: readonly RevenueLineView[];

  @ApiProperty({ type: [RevenueTotalView], description: 'One for each currency.' })
  totals: readonly RevenueTotalView[];

  @ApiProperty({ type: AnswerAsOf })
  as_of: AnswerAsOf;
}
