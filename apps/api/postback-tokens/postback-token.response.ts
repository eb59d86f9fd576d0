import { type IssuedPostbackToken, type PostbackTokenResult } from '#libs/revenue';
import { ApiProperty } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { answerFromLog } from '../http/answer-from-log.js';
import { POSITION_HEADER } from '../http/position-header.js';

/** A token for a buyer's reports, without its text. */
export class PostbackTokenView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: ['live', 'revoked'] })
  status: string;

  @ApiProperty({ example: 'Northwind' })
  label: string;

  @ApiProperty({ description: 'The last characters of its text.', example: '3fQz' })
  last_four: string;

  @ApiProperty({ type: String, nullable: true, format: 'uuid', description: 'Null: any.' })
  destination_id: string | null;

  @ApiProperty({ enum: ['by_name', 'cents'] })
  amount_unit: string;

  @ApiProperty({ example: 'America/New_York' })
  time_zone: string;

  @ApiProperty({ example: 'USD' })
  currency: string;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'Until then a text before the last rotation works, too.',
  })
  former_until: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time', description: 'When it was changed, rotated or revoked.' })
  changed_at: string;
}

/** A token at the one moment its text is shown. */
export class IssuedPostbackTokenView extends PostbackTokenView {
  @ApiProperty({ description: 'Its text. Shown this once.', example: 'pb_3k…' })
  token: string;

  @ApiProperty({
    description: 'The address to give to the buyer’s platform. It holds the text of the token.',
    example: 'https://leads.example.com/v1/postbacks/calls?token=pb_3k…',
  })
  url: string;
}

/** A tenant's tokens, the newest first. */
export class PostbackTokenList {
  @ApiProperty({ type: [PostbackTokenView] })
  postback_tokens: readonly PostbackTokenView[];
}

/** A token, as it may be shown at any time. */
export function postbackTokenView(
  token: Omit<PostbackTokenResult, 'position'>,
): Pick<PostbackTokenView, keyof PostbackTokenView> {
  const { tokenId, status, lastFour, settings, former, createdAt, changedAt } = token;
  const { label, destinationId, amountUnit, timeZone, currency } = settings;
  return {
    ...{ id: tokenId, status, label, last_four: lastFour, destination_id: destinationId },
    ...{ amount_unit: amountUnit, time_zone: timeZone, currency },
    former_until:
      former
        .map(({ until }) => until)
        .sort()
        .at(-1) ?? null,
    ...{ created_at: createdAt, changed_at: changedAt },
  };
}

/** A token after a command, with where in the log that is. */
export function answerToken(reply: FastifyReply, token: PostbackTokenResult): PostbackTokenView {
  if (token.position !== null) reply.header(POSITION_HEADER, String(token.position));
  return postbackTokenView(token);
}

/**
 * A token with its text. Marked as kept by the log, so that no answer with the text is stored to be
 * repeated: a request that comes again is refused, or rotates again.
 */
export function answerIssued(
  reply: FastifyReply,
  token: IssuedPostbackToken,
  publicBaseUrl: string,
): IssuedPostbackTokenView {
  answerFromLog(reply, { position: token.position, replayed: false });
  const url = `${publicBaseUrl}/v1/postbacks/calls?token=${token.text}`;
  return { ...postbackTokenView(token), token: token.text, url };
}
