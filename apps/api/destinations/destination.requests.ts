import { validationFailed } from '#libs/leads';
import { ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsText } from '../http/field-rules.js';
import { PageQuery } from '../http/page.requests.js';
import { DestinationConfiguration } from './destination-settings.view.js';

const REASON_MAX = 500;
const why = { maxLength: REASON_MAX, description: 'Why; kept with the change.' } as const;

/** A destination to add. What is left out has its default. */
export class DestinationRequest extends DestinationConfiguration {
  @ApiPropertyOptional({ ...why, example: 'new contract' })
  reason?: string;
}

/** What is to be changed; the rest stays as it is. Null takes away what may be missing. */
export class DestinationChange extends PartialType(DestinationRequest) {}

/** Why a destination is paused or resumed. */
export class ReasonRequest {
  @ApiPropertyOptional({ ...why, example: 'holidays' })
  @IsOptional()
  @IsText(REASON_MAX)
  reason?: string;
}

/** Which destinations to list. */
export class ListDestinationsQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: ['active', 'paused', 'retired'],
    description: 'All that are not retired, if left out.',
  })
  @IsOptional()
  @IsIn(['active', 'paused', 'retired'])
  status?: 'active' | 'paused' | 'retired';
}

/** A configuration as it was sent, and why. */
export interface DestinationOrder {
  /** Not read yet: what is known of destinations decides what is wrong with it. */
  readonly settings: unknown;
  readonly reason: string | null;
}

/**
 * Parts a body into configuration and reason. Throws `validation_failed` for a reason that is none.
 */
export function orderOf(body: unknown): DestinationOrder {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { settings: body, reason: null };
  }
  const { reason = null, ...settings } = body as Readonly<Record<string, unknown>>;
  if (reason === null || isReason(reason)) return { settings, reason };
  const message = `must be text of 1 to ${REASON_MAX} characters`;
  throw validationFailed([{ field: 'reason', code: 'wrong_type', message }]);
}

function isReason(value: unknown): value is string {
  if (typeof value !== 'string' || value.length === 0 || value.length > REASON_MAX) return false;
  return value.isWellFormed() && !value.includes('\0');
}
