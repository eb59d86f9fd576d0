import { type StoredEvent } from '#libs/event-store';
import { type Erased, isErased } from '#libs/privacy';
import {
  type KnownPostback,
  matchWarnings,
  type PostbackRecord,
  type RawReport,
  type StandingPostback,
} from '#libs/revenue';
import { ApiProperty } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { POSITION_HEADER } from '../http/position-header.js';
import { EventActor } from '../leads/lead-history.response.js';
import { matchView, PostbackMatch } from './postback-match.view.js';
import { PostbackReading, readingView } from './postback-reading.view.js';

/** How a report stands. */
export class PostbackStandingView {
  @ApiProperty({ format: 'uuid' })
  postback_id: string;

  @ApiProperty({
    enum: ['received', 'matched', 'duplicate', 'revised', 'unmatched', 'ignored'],
    description: 'received: it is being matched.',
  })
  status: string;

  @ApiProperty({ type: String, nullable: true, description: 'Why it is unmatched.' })
  reason: string | null;

  @ApiProperty({ type: 'integer', nullable: true })
  nearest_ms: number | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  transfer_id: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  lead_id: string | null;

  @ApiProperty({ description: 'The token it came with.' })
  token_id: string;

  @ApiProperty({ format: 'date-time' })
  received_at: string;

  @ApiProperty({ type: PostbackMatch, nullable: true, description: 'What its match rests on.' })
  match: PostbackMatch | null;

  @ApiProperty({ description: 'Whether a person looked at its match and found it right.' })
  match_confirmed: boolean;

  @ApiProperty({ type: PostbackReading })
  reading: PostbackReading;
}

/** A report as it came, without its token. */
export class RawPostback {
  @ApiProperty({ enum: ['GET', 'POST', 'IMPORT'] })
  method: string;

  @ApiProperty({ type: String, nullable: true })
  content_type: string | null;

  @ApiProperty()
  query: string;

  @ApiProperty({ description: 'The body; in base64 where it is not text.' })
  body: string;

  @ApiProperty({ enum: ['text', 'base64'] })
  body_encoding: string;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  headers: Readonly<Record<string, string>>;

  @ApiProperty({ type: String, nullable: true })
  ip: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Who called, E.164.' })
  caller: string | null;
}

/** One thing that happened to a report. */
export class PostbackHistoryEvent {
  @ApiProperty({ format: 'uuid' })
  event_id: string;

  @ApiProperty({ example: 'PostbackSettled' })
  type: string;

  @ApiProperty({ example: '0' })
  revision: string;

  @ApiProperty({ type: String, nullable: true, description: 'Its place in the whole log.' })
  position: string | null;

  @ApiProperty({ format: 'date-time' })
  occurred_at: string;

  @ApiProperty({ type: EventActor })
  actor: EventActor;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The fact itself.' })
  data: Record<string, unknown>;
}

/** A report on a call, with everything that is known of it. */
export class PostbackDetail extends PostbackStandingView {
  @ApiProperty({ enum: ['call'] })
  about: 'call';

  @ApiProperty({ type: RawPostback, nullable: true, description: 'null once it is erased.' })
  raw: RawPostback | null;

  @ApiProperty({ type: [PostbackHistoryEvent] })
  events: readonly PostbackHistoryEvent[];
}

export function answerStanding(
  reply: FastifyReply,
  { postback, position }: StandingPostback,
): PostbackStandingView {
  if (position !== null) reply.header(POSITION_HEADER, String(position));
  return standingView(postback);
}

export function postbackDetail({ postback, raw, history }: PostbackRecord): PostbackDetail {
  const { method } = postback;
  return Object.assign(standingView(postback), {
    ...{ about: 'call' as const, raw: rawView(raw, method), events: eventsView(history) },
  });
}

/** What happened to a report; what is sealed is left out. */
export function eventsView(
  history: readonly (StoredEvent & { readonly data: object })[],
): PostbackHistoryEvent[] {
  return history.map((event) => {
    const data = Object.entries(event.data).filter(([name]) => name !== 'personal');
    return {
      ...{ event_id: event.id, type: event.type, revision: String(event.revision) },
      position: event.position === null ? null : String(event.position),
      ...{ occurred_at: event.metadata.occurredAt, actor: event.metadata.actor },
      data: Object.fromEntries(data),
    };
  });
}

/** A report as it came; `null` once it is erased. */
export function rawView(raw: RawReport | Erased, method: string): RawPostback | null {
  if (isErased(raw)) return null;
  const { contentType: content_type, query, body, bodyForm, headers, ip, caller } = raw;
  const body_encoding = bodyForm === 'base64' ? 'base64' : 'text';
  return { method, content_type, query, body, body_encoding, headers, ip, caller };
}

function standingView(postback: KnownPostback): PostbackStandingView {
  const { postbackId, tokenId, receivedAt, reading, unmatched, assignment, status } = postback;
  const counts = status === 'settled' || status === 'assigned';
  const current = counts ? assignment : null;
  return {
    ...{ postback_id: postbackId, token_id: tokenId, received_at: receivedAt },
    status: statusOf(postback),
    reason: status === 'unlinked' ? 'unlinked' : (unmatched?.reason ?? null),
    nearest_ms: unmatched?.nearestMs ?? null,
    ...{ transfer_id: current?.transferId ?? null, lead_id: current?.leadId ?? null },
    match:
      current === null ? null : matchView({ ...current.match, warnings: matchWarnings(current) }),
    match_confirmed: current?.isConfirmed ?? false,
    reading: readingView(reading),
  };
}

/** The words that lists of reports use. */
function statusOf({ status, outcome }: KnownPostback): string {
  switch (status) {
    case 'received':
    case 'assigned':
      return 'received';
    case 'settled':
      return outcome ?? 'matched';
    case 'unlinked':
    case 'unmatched':
      return 'unmatched';
    case 'ignored':
      return 'ignored';
  }
}
