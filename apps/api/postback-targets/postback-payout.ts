import { type PayoutTerms } from '#events/postbacks';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const MODELS = ['fixed', 'share'] as const;

/** What a target is paid for a call. */
export class PostbackPayout {
  @ApiProperty({
    enum: MODELS,
    description:
      'One amount for each call that is long enough, or a share of what we earn with it.',
  })
  model: (typeof MODELS)[number];

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    description: 'With fixed: the amount, in minor units such as cents.',
    example: 2500,
  })
  amount_minor?: number;

  @ApiPropertyOptional({ description: 'With fixed: ISO 4217.', default: 'USD' })
  currency?: string;

  @ApiPropertyOptional({
    type: 'number',
    minimum: 0.01,
    maximum: 100,
    description:
      'With share: how much, with at most two decimals; at 100 it is told all that we earn. Told ' +
      'again whenever that changes.',
    example: 40,
  })
  percent?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    default: 0,
    description: 'Shorter calls are worth nothing to it; counted from the bridge on.',
  })
  billable_seconds?: number;
}

/** Terms as people see them. */
export function postbackPayout(terms: PayoutTerms | null): PostbackPayout | null {
  if (terms === null) return null;
  const { billableSeconds: billable_seconds } = terms;
  if (terms.model === 'share') {
    return { model: 'share', percent: terms.basisPoints / 100, billable_seconds };
  }
  const { amountMinor: amount_minor, currency } = terms;
  return { model: 'fixed', amount_minor, currency, billable_seconds };
}
