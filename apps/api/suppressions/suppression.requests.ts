import { type SuppressionTarget, validationFailed } from '#libs/leads';
import { pageSizeMax } from '#libs/read-db';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsInstant, IsText } from '../http/field-rules.js';
import { PageQuery } from '../http/page.requests.js';

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
