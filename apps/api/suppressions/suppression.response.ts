import { SUPPRESSION_SCOPES, type SuppressionResult } from '#libs/leads';
import { type Erased, isErased } from '#libs/privacy';
import { type SuppressionRow } from '#projections/suppression';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { ReadModelPage } from '../http/page.response.js';
import { POSITION_HEADER } from '../http/position-header.js';

/** An entry of the suppression list. */
export class SuppressionEntry {
  @ApiProperty({ description: 'As DELETE takes it.', example: 'p1900' })
  id: string;

  @ApiProperty({ enum: ['number', 'prefix'] })
  kind: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'The number, in lists; null for a prefix, a hash, or once erased.',
  })
  phone?: string | null;

  @ApiProperty({ type: String, nullable: true, example: '+1900' })
  prefix: string | null;

  @ApiProperty({ example: 'opted_out' })
  reason: string;

  @ApiProperty({ type: String, nullable: true })
  source: string | null;

  @ApiProperty({ enum: SUPPRESSION_SCOPES, description: 'Whom it binds.' })
  scope: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The brand or seller; null for the whole account.',
  })
  scope_name: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  expires_at: string | null;

  @ApiProperty({
    format: 'date-time',
    description: 'When it was put on the list; to say it again does not move it.',
  })
  suppressed_at: string;
}

/** The entries that count now, newest first. */
export class SuppressionPage extends ReadModelPage {
  @ApiProperty({ type: [SuppressionEntry] })
  suppressions: readonly SuppressionEntry[];
}

/** The entry without its number: it may be kept for replays, where nothing personal belongs. */
export function answerSuppressed(
  reply: FastifyReply,
  { entry, position }: SuppressionResult,
): SuppressionEntry {
  if (position !== null) reply.header(POSITION_HEADER, String(position));
  return factsOf(entry);
}

/** What a sealed entry holds. */
export type SuppressedPhone = { readonly phone: string } | Erased | null;

export function listedEntry(row: SuppressionRow, opened: SuppressedPhone): SuppressionEntry {
  const phone = opened === null || isErased(opened) ? null : opened.phone;
  return { ...factsOf(row), phone };
}

type EntryFacts = Pick<
  SuppressionRow,
  | 'entryId'
  | 'kind'
  | 'prefix'
  | 'reason'
  | 'source'
  | 'scope'
  | 'scopeName'
  | 'expiresAt'
  | 'suppressedAt'
>;

function factsOf(entry: EntryFacts): Omit<SuppressionEntry, 'phone'> {
  const { entryId, kind, prefix, reason, source, scope, scopeName } = entry;
  const { expiresAt, suppressedAt } = entry;
  return {
    ...{ id: entryId, kind, prefix, reason, source, scope, scope_name: scopeName },
    ...{ expires_at: expiresAt, suppressed_at: suppressedAt },
  };
}
