import { parseJson } from '#libs/kernel';
import { validationFailed } from '#libs/leads';
import { type Hit } from '#libs/revenue';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { type FastifyRequest } from 'fastify';
import { bytesOfBody } from '../http/body/any-body.js';
import { IsReason, IsText } from '../http/field-rules.js';
import { Validated } from '../http/validated.pipe.js';
import { queryOf } from './postback-gate.js';

/** Which transfer a report is about, and why. */
export class LinkPostbackRequest {
  @ApiProperty({ format: 'uuid' })
  @IsText(64)
  transfer_id: string;

  @ApiProperty({ description: 'Why.', example: 'the buyer named another number' })
  @IsReason()
  reason: string;
}

/** Which match is right, and why. */
export class ConfirmMatchRequest {
  @ApiProperty({ format: 'uuid', description: 'The transfer that the report counts for.' })
  @IsText(64)
  transfer_id: string;

  @ApiProperty({ description: 'Why.', example: 'the other call was a test of ours' })
  @IsReason()
  reason: string;
}

/** Why a report is corrected. */
export class CorrectPostbackRequest {
  @ApiProperty({ description: 'Why.', example: 'a test of the buyer' })
  @IsReason()
  reason: string;
}

/** From which transfer a report is taken off, and why. */
export class UnlinkPostbackRequest extends CorrectPostbackRequest {
  @ApiPropertyOptional({
    ...{ type: String, format: 'uuid' },
    description: 'The transfer that it was seen to count for. If left out, whichever it is.',
  })
  @IsOptional()
  @IsText(64)
  transfer_id: string | null = null;
}

/** A report to be tried out. */
export class PreviewPostbackRequest {
  @ApiPropertyOptional({ enum: ['GET', 'POST'], default: 'POST' })
  @IsOptional()
  @IsIn(['GET', 'POST'])
  method?: 'GET' | 'POST';

  @ApiPropertyOptional({ description: 'Media type of the body.', example: 'application/json' })
  @IsOptional()
  @IsText(200)
  content_type?: string;

  @ApiPropertyOptional({
    description: 'Of the address, without the question mark.',
    example: 'caller_id=5125551212&payout=45.00',
  })
  @IsOptional()
  @IsText(65_536)
  query?: string;

  @ApiPropertyOptional({ description: 'The body as text.' })
  @IsOptional()
  @IsText(65_536)
  body?: string;

  @ApiPropertyOptional({
    description: 'Read as with this token; with none that is set up, if not.',
  })
  @IsOptional()
  @IsText(64)
  token_id?: string;

  @ApiPropertyOptional({
    description:
      'Without token_id: read as with a new token for this destination, in its currency. With ' +
      'neither, amounts without a currency are taken for USD.',
  })
  @IsOptional()
  @IsText(64)
  destination_id?: string;
}

/** What is to be tried out. */
export interface TriedHit {
  readonly hit: Hit;
  readonly tokenId: string | null;
  readonly destinationId: string | null;
}

const FIELDS = ['method', 'content_type', 'query', 'body', 'token_id', 'destination_id'];

/** A JSON object that describes a report; any other request is one itself. */
export function triedHit(request: FastifyRequest): TriedHit {
  const described = description(bytesOfBody(request));
  if (described !== null) return describedHit(described);
  const [contentType, body] = [request.exchange.contentType, bytesOfBody(request)];
  const hit = { method: 'POST' as const, contentType, query: queryOf(request), body };
  return { tokenId: null, destinationId: null, hit };
}

function describedHit(fields: object): TriedHit {
  const given = Validated.transform(fields, {
    type: 'body',
    metatype: PreviewPostbackRequest,
  }) as PreviewPostbackRequest;
  const { method = 'POST', content_type = null, query = '', body = '' } = given;
  const { token_id = null, destination_id = null } = given;
  if (query === '' && body === '') {
    const message = 'give a query, a body, or both';
    throw validationFailed([{ field: '(body)', code: 'required', message }]);
  }
  const hit = { method, contentType: content_type, query, body: Buffer.from(body) };
  return { hit, tokenId: token_id, destinationId: destination_id };
}

/** Only if it has no other field: a report may have some that are called so, too. */
function description(body: Buffer): object | null {
  const fields = parsed(body.toString());
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return null;
  return Object.keys(fields).every((name) => FIELDS.includes(name)) ? fields : null;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}
