import { POSTBACK_FORMATS, POSTBACK_METHODS, POSTBACK_OCCASIONS } from '#events/postbacks';
import { readFilter } from '#libs/filters';
import {
  MACRO_MEANINGS,
  MACRO_NAMES,
  OCCASION_WORDS,
  readOccasion,
  readPayoutTerms,
  type TargetWish,
} from '#libs/postbacks';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsObject, IsOptional } from 'class-validator';
import { IsText } from '../http/field-rules.js';
import { PostbackPayout } from './postback-payout.js';

/** What macros stand for, as a list in Markdown. */
export const MACRO_LIST = MACRO_NAMES.map((name) => `\`{${name}}\`: ${MACRO_MEANINGS[name]}`).join(
  '\n- ',
);

/** Who is to be told of which calls, and how. What is left out has its default. */
export class PostbackTargetRequest {
  @ApiProperty({ maxLength: 100, description: 'Whose it is, for people.', example: 'Northwind' })
  @IsText(100)
  label: string;

  @ApiProperty({
    maxLength: 2_000,
    description:
      'Where to. Macros, as {name} or [tag:name], are replaced by their values, URL-encoded; none ' +
      'may be in the host.',
    example: 'https://partner.example/postback?caller={caller_id}&payout={payout}',
  })
  @IsText(2_000)
  url: string;

  @ApiPropertyOptional({ enum: POSTBACK_METHODS, default: 'GET' })
  @IsOptional()
  @IsIn(POSTBACK_METHODS)
  method?: (typeof POSTBACK_METHODS)[number];

  @ApiPropertyOptional({
    enum: POSTBACK_FORMATS,
    default: 'json',
    description: 'How the body of a POST is written.',
  })
  @IsOptional()
  @IsIn(POSTBACK_FORMATS)
  format?: (typeof POSTBACK_FORMATS)[number];

  @ApiPropertyOptional({
    type: 'object',
    nullable: true,
    additionalProperties: { type: 'string' },
    description:
      'Fields of the body of a POST, with macros; every macro under its own name, unless told.',
    example: { phone: '{caller_id}', amount: '{payout}' },
  })
  @IsOptional()
  @IsObject({ message: 'must be an object of texts' })
  fields?: Readonly<Record<string, string>> | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'uuid',
    description: 'The destination whose calls it is told; null, unless told: any.',
  })
  @IsOptional()
  @IsText(64)
  destination_id?: string | null;

  @ApiPropertyOptional({
    enum: POSTBACK_OCCASIONS,
    default: 'completed',
    description:
      'incoming: as soon as a destination is to be handed a consumer. connected: as soon as both are ' +
      'connected. completed: when a call that was handed over is over; converted: then, if it is paid ' +
      'for. payout: when a report of the buyer says what it is worth. failed: when a destination could ' +
      'not be connected.',
  })
  @IsOptional()
  @IsIn(OCCASION_WORDS, { message: `must be one of ${POSTBACK_OCCASIONS.join(', ')}` })
  fire_on?: string;

  @ApiPropertyOptional({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    description:
      'Of which calls, as a filter like that of a destination, over lead.source and the tags ' +
      'lead.campaign.utm_… and lead.campaign.campaign; null, unless told: of all.',
    example: { op: 'and', rules: [{ field: 'lead.source', op: 'in', value: ['my-webform'] }] },
  })
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  filter?: object | null;

  @ApiPropertyOptional({
    type: PostbackPayout,
    nullable: true,
    description:
      'What it is paid for a call: the macro payout. Without, that is empty; what we earn is never told.',
  })
  @IsOptional()
  @IsObject({ message: 'must be an object' })
  payout?: object | null;
}

/** Why a target is removed. */
export class RemovalQuery {
  @ApiPropertyOptional({ maxLength: 500, description: 'Why.', example: 'contract ended' })
  @IsOptional()
  @IsText(500)
  reason?: string;
}

/** What a request asks for, as the context calls it; test keys make targets for test leads. */
export function wishOf(request: PostbackTargetRequest, mode: 'live' | 'test'): TargetWish {
  const { label, url, method = 'GET', format = 'json', fields = null } = request;
  const { destination_id: destinationId = null, fire_on: occasion = 'completed' } = request;
  const fireOn = readOccasion(occasion);
  const payout = readPayoutTerms(request.payout);
  const filter = request.filter ? readFilter(request.filter, 'filter') : null;
  const calls = { mode, destinationId, fireOn, filter };
  return { url, fields, settings: { label, ...calls, method, format, payout } };
}
