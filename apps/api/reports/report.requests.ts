import { validationFailed } from '#libs/leads';
import { pageSizeDefault } from '#libs/read-db';
import { type RevenueSense, type TransferRevenueFilter } from '#projections/transfer-revenue';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsInstant, IsText, IsTextOrNone } from '../http/field-rules.js';
import { PageCursor, PageLimit, WaitsFor } from '../http/page.requests.js';
import { Validated } from '../http/validated.pipe.js';

const TEXT_MAX = 1_000;

/** Which transfers are meant, and as they were known when. */
export class TransferFilterQuery {
  @ApiPropertyOptional({
    default: 'UTC',
    description: 'IANA zone of dates, days and hours. Also: time_zone.',
  })
  @IsText(64)
  tz: string = 'UTC';

  @ApiPropertyOptional({
    description: 'Empty: where there is none, as with reports by a token for any.',
    example: '0b1c9e52-6d0f-8a3e-9f57-2f4f6c1d7a10',
  })
  @IsOptional()
  @IsTextOrNone(64)
  destination_id?: string;

  @ApiPropertyOptional({ description: 'As reported; empty: where no report names one.' })
  @IsOptional()
  @IsTextOrNone(TEXT_MAX)
  buyer?: string;

  @ApiPropertyOptional({ description: 'Of the lead; empty: where it named none.' })
  @IsOptional()
  @IsTextOrNone(TEXT_MAX)
  source?: string;

  @ApiPropertyOptional({ description: 'ISO 4217.', example: 'USD' })
  @IsOptional()
  @IsText(3)
  currency?: string;

  @ApiPropertyOptional({
    description:
      'An instant, or a date in tz: only what was recorded by then. Everything known now, if ' +
      'left out. Also: asOf.',
    example: '2026-08-01T00:00:00Z',
  })
  @IsOptional()
  @IsInstant()
  as_of?: string;

  @ApiPropertyOptional({
    enum: ['now', 'first_reported'],
    default: 'now',
    description: 'first_reported: each transfer with what it was confirmed with first.',
  })
  @IsIn(['now', 'first_reported'])
  sense: RevenueSense = 'now';

  @ApiPropertyOptional({ enum: ['json', 'csv'], default: 'json' })
  @IsIn(['json', 'csv'])
  format: 'json' | 'csv' = 'json';

  @WaitsFor('until the answer shows')
  waitFor?: string;
}

/** What to report. */
export class RevenueReportQuery extends TransferFilterQuery {
  @ApiPropertyOptional({
    description:
      'Calls from then on: an instant, or a date in tz. Inclusive. If left out, the seven days in tz ' +
      'that end with to.',
    example: '2026-07-01',
  })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({
    description:
      'An instant, or a date in tz. Exclusive. If left out, the end of today in tz; with as_of, of ' +
      'its day.',
    example: '2026-08-01',
  })
  @IsOptional()
  @IsInstant()
  to?: string;

  @ApiPropertyOptional({
    description:
      'How lines are told apart, separated by commas: day, hour, destination, buyer, source, ' +
      'campaign.<name>. One line for each currency, if left out.',
    example: 'day,destination',
  })
  @IsOptional()
  @IsTextOrNone(TEXT_MAX)
  group_by?: string;

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'false',
    description: 'Also lines for days without anything; where group_by is day alone.',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  empty_groups?: 'true' | 'false';

  @ApiPropertyOptional({
    enum: ['lines', 'ageing'],
    default: 'lines',
    description: 'Of CSV: the lines and totals, or what nobody has confirmed yet, by age.',
  })
  @IsIn(['lines', 'ageing'])
  part: 'lines' | 'ageing' = 'lines';
}

/** Which transfers to list. */
export class ListTransfersQuery extends TransferFilterQuery {
  @ApiPropertyOptional({ description: 'Calls from then on: an instant, or a date in tz.' })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({ description: 'An instant, or a date in tz. Exclusive.' })
  @IsOptional()
  @IsInstant()
  to?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsText(64)
  lead_id?: string;

  @ApiPropertyOptional({ enum: ['estimated', 'confirmed', 'revised', 'reversed'] })
  @IsOptional()
  @IsIn(['estimated', 'confirmed', 'revised', 'reversed'])
  state?: 'estimated' | 'confirmed' | 'revised' | 'reversed';

  @ApiPropertyOptional({ enum: ['true', 'false'] })
  @IsOptional()
  @IsIn(['true', 'false'])
  billable?: 'true' | 'false';

  @ApiPropertyOptional({ enum: ['true', 'false'] })
  @IsOptional()
  @IsIn(['true', 'false'])
  bridged?: 'true' | 'false';

  @ApiPropertyOptional({
    description:
      'Bridged from then on: ISO-8601, inclusive. By this and the next, ages of reports lead here.',
  })
  @IsOptional()
  @IsInstant()
  bridged_from?: string;

  @ApiPropertyOptional({ description: 'ISO-8601, exclusive.' })
  @IsOptional()
  @IsInstant()
  bridged_to?: string;

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'Whether a report tells its worth.',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  confirmed?: 'true' | 'false';

  @PageLimit()
  limit: number = pageSizeDefault;

  @PageCursor()
  cursor?: string;
}

/** How far an answer about one transfer must follow the log. */
export class ReadTransferQuery {
  @WaitsFor('for')
  waitFor?: string;
}

/** A query with its filters by values of the campaign, which have names of the caller's own. */
export interface WithCampaign<Query> {
  readonly query: Query;
  readonly campaign: Readonly<Record<string, string | null>>;
}

const CAMPAIGN = /^campaign\.(\w{1,50})$/;

/**
 * Takes `campaign.<name>=<value>` out of a query and checks the rest. Throws `validation_failed`.
 */
export function withCampaign<Query extends object>(
  raw: unknown,
  shape: new () => Query,
): WithCampaign<Query> {
  const entries = Object.entries(raw as Readonly<Record<string, unknown>>);
  const campaign: Record<string, string | null> = {};
  for (const [name, value] of entries) {
    const [, key] = CAMPAIGN.exec(name) ?? [];
    if (key !== undefined) campaign[key] = campaignValue(name, value);
  }
  const rest = Object.fromEntries(entries.filter(([name]) => !CAMPAIGN.test(name)));
  const query = Validated.transform(rest, { type: 'query', metatype: shape }) as Query;
  return { query, campaign };
}

function campaignValue(name: string, value: unknown): string | null {
  if (value === '') return null;
  if (typeof value === 'string' && value.length <= TEXT_MAX && !value.includes('\0')) return value;
  const message = `must be text of up to ${TEXT_MAX} characters`;
  throw validationFailed([{ field: name, code: 'wrong_type', message }]);
}

/** What both a report and the list behind it filter by. */
export function filterOf({
  query,
  campaign,
}: WithCampaign<TransferFilterQuery>): TransferRevenueFilter {
  const { destination_id, buyer, source, currency } = query;
  return {
    ...(destination_id !== undefined && { destinationId: destination_id.toLowerCase() || null }),
    ...(buyer !== undefined && { buyer: buyer === '' ? null : buyer }),
    ...(source !== undefined && { source: source === '' ? null : source }),
    ...(currency !== undefined && { currency }),
    ...(Object.keys(campaign).length > 0 && { campaign }),
  };
}

/** What the list filters by. */
export function listFilterOf(given: WithCampaign<ListTransfersQuery>): TransferRevenueFilter {
  const { lead_id, state, billable, bridged, confirmed } = given.query;
  const { bridged_from, bridged_to } = given.query;
  return {
    ...filterOf(given),
    ...(lead_id !== undefined && { leadId: lead_id.toLowerCase() }),
    ...(state !== undefined && { state }),
    ...(billable !== undefined && { billable: billable === 'true' }),
    ...(bridged !== undefined && { bridged: bridged === 'true' }),
    ...(bridged_from !== undefined && { bridgedFrom: new Date(bridged_from).toISOString() }),
    ...(bridged_to !== undefined && { bridgedTo: new Date(bridged_to).toISOString() }),
    ...(confirmed !== undefined && { confirmed: confirmed === 'true' }),
  };
}
