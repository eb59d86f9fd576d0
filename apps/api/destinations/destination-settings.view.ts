import { OFF_HOURS_ACTIONS } from '#events/calls';
import { type DestinationSettings } from '#libs/calls';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const unlimited = { type: 'integer', nullable: true, minimum: 0, default: null } as const;

/** Where a destination is called. */
export class DestinationAddress {
  @ApiPropertyOptional({ enum: ['phone', 'sip'], description: 'Told by the value if left out.' })
  kind: string;

  @ApiProperty({
    description: 'A number of the US or Canada, or a SIP address.',
    example: '+12125550142',
  })
  value: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 32,
    description: 'Keys sent after the answer: 0-9, *, #; w waits half a second.',
    example: '1w2',
  })
  send_digits: string | null;
}

/** An opening of a day. */
export class DestinationOpening {
  @ApiProperty({ description: 'HH:MM, local, inclusive.', example: '09:00' })
  from: string;

  @ApiProperty({
    description: 'Exclusive. Not after `from`: it ends on the next day.',
    example: '17:00',
  })
  to: string;
}

/** When a destination takes calls. */
export class DestinationSchedule {
  @ApiPropertyOptional({
    description: 'IANA zone of hours, closed days and cap windows.',
    default: 'America/New_York',
  })
  time_zone: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: {
      type: 'array',
      items: { $ref: '#/components/schemas/DestinationOpening' },
    },
    description: 'Openings by the day they begin on, monday … sunday. `{}`: always open.',
    example: { monday: [{ from: '09:00', to: '17:00' }] },
  })
  hours: DestinationSettings['schedule']['hours'];

  @ApiPropertyOptional({
    type: [String],
    description: 'Local days it is closed.',
    example: ['2026-12-25'],
  })
  closed_on: readonly string[];

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'From then on it takes no calls.',
  })
  expires_at: string | null;

  @ApiPropertyOptional({
    enum: OFF_HOURS_ACTIONS,
    default: 'next',
    description:
      'While it is closed: next, leads are called and offered to others; queue, leads wait until it ' +
      'opens, unless another destination is open.',
  })
  off_hours: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'uuid',
    description:
      'Another destination, which comes in its place while it is closed by hours or holidays. One ' +
      'that is closed, too, or gone comes in nobody’s.',
  })
  stand_in_id: string | null;
}

/** How many transfers a destination takes, by its local calendar. Null: unlimited; 0: none. */
export class DestinationCaps {
  @ApiPropertyOptional({ ...unlimited, description: 'Per hour.' })
  hour: number | null;

  @ApiPropertyOptional({ ...unlimited, description: 'Per day.', example: 40 })
  day: number | null;

  @ApiPropertyOptional({ ...unlimited, description: 'Per week, from Monday.' })
  week: number | null;

  @ApiPropertyOptional({ ...unlimited, description: 'Per month.' })
  month: number | null;

  @ApiPropertyOptional({ ...unlimited, description: 'In all.' })
  total: number | null;

  @ApiPropertyOptional({ ...unlimited, description: 'At the same time.', example: 3 })
  concurrent: number | null;

  @ApiPropertyOptional({ ...unlimited, description: 'From one to the next, at least.' })
  spacing_seconds: number | null;
}

/** The amount of calls of some length. */
export class PayoutTier {
  @ApiProperty({ type: 'integer', description: 'Inclusive.', example: 120 })
  from_seconds: number;

  @ApiProperty({ type: 'integer', description: 'In minor units.', example: 3000 })
  amount_minor: number;
}

/** What the buyer pays for a call. */
export class DestinationPayout {
  @ApiPropertyOptional({
    enum: ['fixed', 'duration_tiers'],
    default: 'fixed',
    description: 'One amount, or that of the highest tier reached.',
  })
  model: string;

  @ApiPropertyOptional({ description: 'ISO 4217.', default: 'USD' })
  currency: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    default: 0,
    description: 'Shorter calls are worth nothing; counted from the bridge on.',
    example: 90,
  })
  billable_seconds: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    default: 0,
    description: 'The fixed amount, in minor units such as cents.',
    example: 2500,
  })
  amount_minor: number;

  @ApiPropertyOptional({ type: [PayoutTier], description: 'Ascending; for duration_tiers alone.' })
  tiers: readonly PayoutTier[];
}

/** Everything about a destination that can be configured. */
export class DestinationConfiguration {
  @ApiProperty({
    maxLength: 100,
    description: 'As reports and call records name the party.',
    example: 'Northwind Insurance',
  })
  name: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 100,
    default: null,
    description:
      'Under which the buyer sells to consumers, where that is another name: suppressions of scope ' +
      'seller go by both.',
    example: 'Northwind',
  })
  brand_name: string | null;

  @ApiProperty({ type: DestinationAddress })
  address: DestinationAddress;

  @ApiPropertyOptional({ type: DestinationSchedule })
  schedule: DestinationSchedule;

  @ApiPropertyOptional({ type: DestinationCaps })
  caps: DestinationCaps;

  @ApiPropertyOptional({ type: DestinationPayout })
  payout: DestinationPayout;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 1000,
    description:
      'What it hears before it is connected; knows {{first_name}}, {{state}} and ' +
      '{{answers.<question>}}.',
    example: 'A call from {{first_name}} in {{state}}.',
  })
  whisper: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Key it must press to be connected; null: none.',
    example: '1',
  })
  accept_key: string | null;

  @ApiPropertyOptional({ type: 'integer', minimum: 5, maximum: 120, default: 30 })
  ring_seconds: number;

  @ApiPropertyOptional({
    default: true,
    description:
      'Whether answering machines are refused. Not possible with `send_digits`: set `accept_key`, ' +
      'or this to false.',
  })
  detect_machines: boolean;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 1000,
    default: 1,
    description: 'Lowest number first.',
  })
  priority: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 1000,
    default: 1,
    description: 'Share among those of equal priority.',
  })
  weight: number;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'Which consumers it takes: {op, rules} over `lead.*` and `answers.*`.',
    example: { op: 'and', rules: [{ field: 'lead.state', op: 'eq', value: 'TX' }] },
  })
  filter: DestinationSettings['filter'];

  @ApiPropertyOptional({
    default: false,
    description: 'Whether it is shown the consumer’s number; else one of ours.',
  })
  presents_consumer: boolean;
}

/** The configuration as a plain object, to be part of others. */
export type Configuration = Pick<DestinationConfiguration, keyof DestinationConfiguration>;

/** The configuration as the api shows it. */
export function configurationOf(settings: DestinationSettings): Configuration {
  const { name, address, schedule, caps, payout, filter, priority, weight } = settings;
  const { spacingSeconds: spacing_seconds, ...counts } = caps;
  const { closedOn: closed_on, expiresAt: expires_at, timeZone: time_zone, hours } = schedule;
  const { offHours: off_hours, standInId: stand_in_id } = schedule;
  return {
    ...{ name, brand_name: settings.brandName },
    address: { kind: address.kind, value: address.value, send_digits: address.sendDigits },
    schedule: { time_zone, hours, closed_on, expires_at, off_hours, stand_in_id },
    caps: { ...counts, spacing_seconds },
    payout: payoutOf(payout),
    ...{ whisper: settings.whisper, accept_key: settings.acceptKey },
    ...{ ring_seconds: settings.ringSeconds, detect_machines: settings.detectMachines },
    ...{ priority, weight, filter, presents_consumer: settings.presentsConsumer },
  };
}

function payoutOf({ model, currency, ...payout }: DestinationSettings['payout']) {
  const { billableSeconds: billable_seconds, amountMinor: amount_minor } = payout;
  const tiers = payout.tiers.map((tier) => ({
    ...{ from_seconds: tier.fromSeconds, amount_minor: tier.amountMinor },
  }));
  return { model, currency, billable_seconds, amount_minor, tiers };
}
