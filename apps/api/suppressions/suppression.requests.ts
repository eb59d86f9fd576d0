import {
  SUPPRESSION_SCOPES,
  type SuppressionBinding,
  type SuppressionScope,
  type SuppressionTarget,
  validationFailed,
} from '#libs/leads';
import { pageSizeMax } from '#libs/read-db';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsInstant, IsText } from '../http/field-rules.js';
import { PageQuery } from '../http/page.requests.js';

const SCOPE = {
  enum: SUPPRESSION_SCOPES,
  description:
    'Whom it binds. tenant: nobody is called. brand: leads of that source are not called, nor any ' +
    'lead while dialing names that seller or telemarketer. seller: the consumer is not handed to ' +
    'destinations of that name or brand name.',
};

/** A number, hash or prefix to put on the list: exactly one of the three. */
export class SuppressRequest {
  @ApiPropertyOptional({ description: '10-digit US number or E.164.', example: '5551234567' })
  @IsOptional()
  @IsText(64)
  phone?: string;

  @ApiPropertyOptional({ description: 'A phone hash of ours, where the number is not known.' })
  @IsOptional()
  @IsText(64)
  phone_hash?: string;

  @ApiPropertyOptional({ description: 'Every number that begins so, E.164.', example: '+1900' })
  @IsOptional()
  @IsText(16)
  prefix?: string;

  @ApiProperty({ description: 'Why.', example: 'opted_out' })
  @IsText(200)
  reason: string;

  @ApiPropertyOptional({ description: 'Who or what asked for it.', example: 'support desk' })
  @IsOptional()
  @IsText(200)
  source?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'From then on the entry no longer counts. Left out: it counts for ever.',
  })
  @IsOptional()
  @IsInstant()
  expires_at?: string;

  @ApiPropertyOptional({ ...SCOPE, default: 'tenant' })
  @IsOptional()
  @IsIn(SUPPRESSION_SCOPES)
  scope?: SuppressionScope;

  @ApiPropertyOptional({
    description:
      'Name of the brand or seller; neither case nor white space matters. Not for scope tenant.',
    example: 'Northwind Insurance',
  })
  @IsOptional()
  @IsText(200)
  scope_name?: string;
}

/** Why an entry is taken off. */
export class LiftQuery {
  @ApiPropertyOptional({ description: 'Why.', example: 'added by mistake' })
  @IsOptional()
  @IsText(200)
  reason?: string;
}

/** How many entries to list. */
export class ListSuppressionsQuery extends PageQuery {
  @ApiPropertyOptional({ type: 'integer', default: pageSizeMax })
  override limit: number = pageSizeMax;

  @ApiPropertyOptional({ enum: SUPPRESSION_SCOPES, description: 'Only those that bind whom.' })
  @IsOptional()
  @IsIn(SUPPRESSION_SCOPES)
  scope?: SuppressionScope;
}

/**
 * Whom a request binds. Throws `validation_failed` unless a name comes with exactly brand and
 * seller.
 */
export function bindingOf({ scope = 'tenant', scope_name }: SuppressRequest): SuppressionBinding {
  const scopeName = scope_name?.trim() ?? null;
  if ((scope === 'tenant') === (scopeName === null)) return { scope, scopeName };
  const message =
    scope === 'tenant'
      ? 'goes with scope brand or seller only'
      : 'must name the brand or the seller';
  throw validationFailed([{ field: 'scope_name', code: 'invalid', message }]);
}

/** What a request names. Throws `validation_failed` unless it is exactly one thing. */
export function targetOf({ phone, phone_hash, prefix }: SuppressRequest): SuppressionTarget {
  const targets: SuppressionTarget[] = [
    ...(phone === undefined ? [] : [{ kind: 'phone', phone } as const]),
    ...(phone_hash === undefined ? [] : [{ kind: 'hash', phoneHash: phone_hash } as const]),
    ...(prefix === undefined ? [] : [{ kind: 'prefix', prefix } as const]),
  ];
  const [target] = targets;
  if (target !== undefined && targets.length === 1) return target;
  const message = 'give exactly one of phone, phone_hash and prefix';
  throw validationFailed([{ field: '(body)', code: 'one_of', message }]);
}
