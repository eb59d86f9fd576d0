import { type Moment } from '#libs/event-store';
import { type AsOf, LEAD_STATUSES, type LeadStatus, optOutWords } from '#libs/leads';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, ValidateBy } from 'class-validator';
import { pageSizeDefault } from '#libs/read-db';
import { isInstant, IsInstant, isPosition, IsText } from '../http/field-rules.js';
import { FollowingPageQuery } from '../http/page.requests.js';

/** Which leads to list. What is left out does not filter. */
export class ListLeadsQuery extends FollowingPageQuery {
  @ApiPropertyOptional({ enum: LEAD_STATUSES })
  @IsOptional()
  @IsIn(LEAD_STATUSES)
  status?: LeadStatus;

  @ApiPropertyOptional({ description: 'Exactly as it was submitted.', example: 'my-webform' })
  @IsOptional()
  @IsText(200)
  source?: string;

  @ApiPropertyOptional({ description: 'Two-letter code or full name.', example: 'TX' })
  @IsOptional()
  @IsText(100)
  state?: string;

  @ApiPropertyOptional({ description: '10-digit US number or E.164.', example: '5551234567' })
  @IsOptional()
  @IsText(64)
  phone?: string;

  @ApiPropertyOptional({ description: 'ISO-8601, inclusive.', example: '2026-07-01T00:00:00Z' })
  @IsOptional()
  @IsInstant()
  received_from?: string;

  @ApiPropertyOptional({ description: 'ISO-8601, exclusive.', example: '2026-08-01T00:00:00Z' })
  @IsOptional()
  @IsInstant()
  received_to?: string;

  @ApiPropertyOptional({ type: 'integer', example: 5 })
  override limit: number = pageSizeDefault;

  @ApiPropertyOptional({
    description:
      'An instant (ISO-8601) or a position of the log: the list as it stood then, inclusive, ' +
      'filters and all. Send it with every page.',
    example: '2026-07-05T12:00:00Z',
  })
  @IsOptional()
  @IsMoment('position')
  asOf?: string;
}

const POSITION = 'position:';

/** How a consumer opted out. */
export class OptOutRequest {
  @ApiPropertyOptional({
    enum: ['api', 'call'],
    default: 'api',
    description: 'call: it was said on the phone to an agent of yours; api: any other way.',
  })
  @IsOptional()
  @IsIn(['api', 'call'])
  channel?: 'api' | 'call';

  @ApiPropertyOptional({
    description: 'What was said or written. Only opt-out words found in it are kept.',
    example: 'please stop calling me',
  })
  @IsOptional()
  @IsText(1_000)
  words?: string;
}

/** What is to be recorded of an opt-out: of what was said, the words that mean it. */
export function revocationOf({ channel = 'api', words }: OptOutRequest) {
  return { channel, words: words === undefined ? null : optOutWords(words), callId: null };
}

function IsMoment(number: 'position' | 'revision'): PropertyDecorator {
  const validate = (value: unknown) =>
    isInstant(value) ||
    isPosition(value) ||
    (typeof value === 'string' && value.startsWith(POSITION) && isPosition(numberIn(value)));
  const defaultMessage = () => `must be an instant (ISO-8601 with a zone) or a ${number}`;
  return ValidateBy({ name: 'isInstant', validator: { validate, defaultMessage } });
}

/** A moment of a lead. */
export class AsOfQuery {
  @ApiPropertyOptional({
    description:
      'An instant (ISO-8601), a revision of the lead, or a position of the log ' +
      '(`position:2388`): the lead as it was then, inclusive.',
    example: '2026-07-05T12:00:00Z',
  })
  @IsOptional()
  @IsMoment('revision')
  asOf?: string;
}

/** The moment a query names of one lead; `undefined` for the present. */
export function momentOf({ asOf }: AsOfQuery): AsOf | undefined {
  if (asOf === undefined) return undefined;
  return isPosition(asOf) ? { kind: 'revision', revision: BigInt(asOf) } : momentIn(asOf);
}

/** The moment a query names of a list; `undefined` for the present. */
export function listMomentOf({ asOf }: ListLeadsQuery): Moment | undefined {
  return asOf === undefined ? undefined : momentIn(asOf);
}

function momentIn(text: string): Moment {
  const number = numberIn(text);
  return isPosition(number)
    ? { kind: 'position', position: BigInt(number) }
    : { kind: 'instant', instant: new Date(text).toISOString() };
}

function numberIn(text: string): string {
  return text.startsWith(POSITION) ? text.slice(POSITION.length) : text;
}
