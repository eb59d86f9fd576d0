import { type ListedStatement } from '#projections/statement-list';
import { ApiProperty } from '@nestjs/swagger';
import { LimitedPage } from '../http/page.response.js';
import { STATEMENT_STATUSES } from './statement-list.requests.js';

const counted = (description: string) => ({ type: 'integer', description, example: 12 }) as const;

/** A statement that was brought in. */
export class StatementSummary {
  @ApiProperty({ format: 'uuid' })
  statement_id: string;

  @ApiProperty({ format: 'uuid', description: 'The destination whose buyer made it.' })
  destination_id: string;

  @ApiProperty({ enum: STATEMENT_STATUSES, description: 'Whether rows wait for a transfer.' })
  status: string;

  @ApiProperty({ format: 'date-time', description: 'It covers calls from then on.' })
  from: string;

  @ApiProperty({ format: 'date-time', description: 'Exclusive.' })
  to: string;

  @ApiProperty({ example: 'America/New_York' })
  time_zone: string;

  @ApiProperty({ description: 'ISO 4217, where rows do not say.', example: 'USD' })
  currency: string;

  @ApiProperty({ enum: ['by_name', 'cents'] })
  amount_unit: string;

  @ApiProperty(counted('Names of columns that mean something in it alone.'))
  aliases_count: number;

  @ApiProperty({ format: 'date-time', description: 'When it was brought in first.' })
  opened_at: string;

  @ApiProperty(counted('All of its rows that are stored.'))
  rows: number;

  @ApiProperty(counted('Those that count for a transfer.'))
  matched_rows: number;

  @ApiProperty(counted('Those that wait for one.'))
  unmatched_rows: number;

  @ApiProperty(counted('Those that somebody ignored.'))
  ignored_rows: number;

  @ApiProperty({ description: 'Its rows.', example: '/v1/postbacks?token_id=…' })
  postbacks_url: string;
}

/** One page of statements, the last brought in first. */
export class StatementPage extends LimitedPage {
  @ApiProperty({ type: [StatementSummary] })
  statements: readonly StatementSummary[];
}

/** A statement, as lists show it. */
export function statementSummary(row: ListedStatement): StatementSummary {
  return {
    ...{ statement_id: row.statementId, destination_id: row.destinationId, status: row.status },
    ...{ from: row.periodFrom, to: row.periodTo, time_zone: row.timeZone },
    ...{ currency: row.currency, amount_unit: row.amountUnit, aliases_count: row.aliasCount },
    ...{ opened_at: row.openedAt, rows: row.rows, matched_rows: row.matchedRows },
    ...{ unmatched_rows: row.unmatchedRows, ignored_rows: row.ignoredRows },
    postbacks_url: `/v1/postbacks?token_id=${row.statementId}`,
  };
}
