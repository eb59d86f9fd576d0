import { POSTBACK_FORMATS, POSTBACK_METHODS, POSTBACK_OCCASIONS } from '#events/postbacks';
import { type FilterSet } from '#libs/filters';
import { SEND_FAILURES, type SendOutcome } from '#libs/outbound';
import {
  type IssuedPostbackTarget,
  type PostbackTarget,
  type PostbackTargetResult,
  type TargetTemplates,
} from '#libs/postbacks';
import { ApiProperty } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { answerFromLog } from '../http/answer-from-log.js';
import { maskedAddress } from './masked-address.js';
import { PostbackPayout, postbackPayout } from './postback-payout.js';

/** Who is told of which calls, without secrets. */
export class PostbackTargetView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: ['live', 'removed'] })
  status: string;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: ['asked', 'gone'],
    description: 'Why nothing is sent any more: somebody removed it, or it answered 410.',
  })
  removal: string | null;

  @ApiProperty({ example: 'Northwind' })
  label: string;

  @ApiProperty({ enum: ['live', 'test'], description: 'Of the leads whose calls it is told.' })
  mode: string;

  @ApiProperty({
    description: 'With fixed values of the query hidden, which may be credentials.',
    example: 'https://partner.example/postback?key=***&payout={payout}',
  })
  url: string;

  @ApiProperty({ enum: POSTBACK_METHODS })
  method: string;

  @ApiProperty({ enum: POSTBACK_FORMATS })
  format: string;

  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'Names of the fields of the body; null: every macro under its own name.',
  })
  field_names: readonly string[] | null;

  @ApiProperty({ type: String, nullable: true, format: 'uuid', description: 'Null: any.' })
  destination_id: string | null;

  @ApiProperty({ enum: POSTBACK_OCCASIONS })
  fire_on: string;

  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    description: 'Of which calls it is told; null: of all.',
  })
  filter: FilterSet | null;

  @ApiProperty({ type: PostbackPayout, nullable: true, description: 'Null: it is told no amount.' })
  payout: PostbackPayout | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'Until then requests are signed with a secret before the last rotation, too.',
  })
  former_until: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time', description: 'When it was rotated or removed.' })
  changed_at: string;
}

/** A target at the one moment its secret is shown. */
export class IssuedPostbackTargetView extends PostbackTargetView {
  @ApiProperty({
    description: 'What requests are signed with, by Standard Webhooks. Shown this once.',
    example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
  })
  secret: string;
}

/** A tenant's targets, the newest first. */
export class PostbackTargetList {
  @ApiProperty({ type: [PostbackTargetView] })
  postback_targets: readonly PostbackTargetView[];
}

/** What a trial came to. */
export class PostbackTrialView {
  @ApiProperty({ description: 'Whether it was answered with 2xx.' })
  delivered: boolean;

  @ApiProperty({ type: Number, nullable: true, description: 'HTTP status.', example: 200 })
  status: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'The first 4 KiB of the answer.' })
  body: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: SEND_FAILURES,
    description: 'Why there is no answer.',
  })
  failure: string | null;

  @ApiProperty({ example: 120 })
  took_ms: number;
}

/** A target, as it may be shown at any time. */
export function postbackTargetView(
  target: PostbackTarget,
  { url, fields }: TargetTemplates,
): Pick<PostbackTargetView, keyof PostbackTargetView> {
  const { targetId: id, status, removal, settings, former, createdAt, changedAt } = target;
  const { label, mode, method, format, destinationId, fireOn, filter, payout } = settings;
  return {
    ...{ id, status, removal, label, mode, url: maskedAddress(url), method, format },
    field_names: fields === null ? null : Object.keys(fields),
    ...{ destination_id: destinationId, fire_on: fireOn, filter, payout: postbackPayout(payout) },
    former_until: former[0]?.until ?? null,
    ...{ created_at: createdAt, changed_at: changedAt },
  };
}

/** All targets with their templates, in their order. */
export function postbackTargetList(
  targets: readonly PostbackTarget[],
  templates: readonly TargetTemplates[],
): PostbackTargetList {
  const unreadable = { url: '', fields: null };
  const views = targets.map((each, at) => postbackTargetView(each, templates[at] ?? unreadable));
  return { postback_targets: views };
}

/**
 * A target with its secret. Marked as kept by the log, so that no answer with the secret is stored
 * to be repeated: a request that comes again is refused, or rotates again.
 */
export function answerIssuedTarget(
  reply: FastifyReply,
  { target, templates, position, secret }: IssuedPostbackTarget,
): IssuedPostbackTargetView {
  answerFromLog(reply, { position, replayed: false });
  return { ...postbackTargetView(target, templates), secret };
}

/** A target after a command, with where in the log that is. */
export function answerTarget({ target, templates }: PostbackTargetResult): PostbackTargetView {
  return postbackTargetView(target, templates);
}

/** What a trial came to. */
export function trialView(outcome: SendOutcome): PostbackTrialView {
  if (outcome.kind !== 'answered') {
    const { kind: failure, tookMs } = outcome;
    return { delivered: false, status: null, body: null, failure, took_ms: tookMs };
  }
  const { status, body, tookMs } = outcome;
  const delivered = status >= 200 && status < 300;
  return { delivered, status, body, failure: null, took_ms: tookMs };
}
