import { isCounted, type KnownPostback, matchWarnings } from '#libs/revenue';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { POSITION_HEADER } from '../http/position-header.js';
import { postbackUndecodable } from './postback.errors.js';
import { type TakenPostback } from './postback-desk.js';

/** What was odd about a report. */
export class PostbackWarning {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The field as it was sent; null where it is about the match.',
    example: 'payout',
  })
  field: string | null;

  @ApiProperty({ example: 'unreplaced_macro' })
  code: string;
}

/** What has become of a report. */
export class PostbackOutcome {
  @ApiProperty({
    enum: ['matched', 'unmatched', 'duplicate', 'revised', 'ignored'],
    description:
      'matched: the first report of its call. duplicate: the same again; no money changes. ' +
      'revised: it changes what was reported before. unmatched: it is kept, and matched as soon as ' +
      'it can be.',
  })
  outcome: string;

  @ApiProperty({ format: 'uuid' })
  postback_id: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The transfer it counts for.' })
  transfer_id?: string;

  @ApiPropertyOptional({
    description:
      'Why it is unmatched: not_matched_yet (it is being matched), caller_missing, ' +
      'caller_unparseable, caller_anonymous, no_transfer_for_caller, outside_window, ' +
      'already_matched_conflict, unknown_id, ' +
      'unreadable, unlinked. Rows of statements: also call_time_missing, call_time_in_future.',
    example: 'no_transfer_for_caller',
  })
  reason?: string;

  @ApiProperty({ type: [PostbackWarning] })
  warnings: readonly PostbackWarning[];
}

/** What has become of the reports of a list, in its order. */
export class PostbackOutcomes {
  @ApiProperty({ type: [PostbackOutcome] })
  postbacks: readonly PostbackOutcome[];
}

/** The smallest picture there is: one transparent pixel. */
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** What is answered of one report. */
export interface Answered<Outcome> {
  readonly outcome: Outcome & { readonly postback_id: string };
  /** Of what was written for it, in the log. */
  readonly positions: readonly (bigint | null | undefined)[];
  readonly warnings: readonly { readonly code: string }[];
}

/** What has become of reports on calls. */
export function answerHits(
  request: FastifyRequest,
  reply: FastifyReply,
  taken: readonly TakenPostback[],
) {
  const answered = taken.map((each) => ({
    outcome: outcomeOf(each),
    positions: [each.received.position, each.standing?.position],
    warnings: each.received.postback.reading.warnings,
  }));
  return answerReports<PostbackOutcome>(request, reply, answered);
}

/** A picture for whoever wants one; else what has become of it, one by one for a list. */
export function answerReports<Outcome>(
  { headers, routeOptions }: FastifyRequest,
  reply: FastifyReply,
  answered: readonly Answered<Outcome>[],
): Buffer | Outcome | { readonly postbacks: readonly Outcome[] } {
  const position = lastOf(answered.flatMap(({ positions }) => positions));
  if (position !== null) reply.header(POSITION_HEADER, String(position));
  if (wantsPicture(headers.accept, routeOptions.url)) {
    reply.type('image/gif');
    return PIXEL;
  }
  const [first] = answered;
  if (first === undefined || answered.length > 1) {
    return { postbacks: answered.map(({ outcome }) => outcome) };
  }
  if (first.warnings.some(({ code }) => code === 'json_undecodable')) {
    throw postbackUndecodable(first.outcome.postback_id);
  }
  return first.outcome;
}

function wantsPicture(accept: string | undefined, route: string | undefined): boolean {
  return route?.endsWith('.gif') === true || /^\s*image\//i.test(accept ?? '');
}

function lastOf(positions: Answered<unknown>['positions']): bigint | null {
  return positions.reduce<bigint | null>(
    (last, position) => ((position ?? -1n) > (last ?? -1n) ? (position ?? null) : last),
    null,
  );
}

function outcomeOf({ received, standing }: TakenPostback): PostbackOutcome {
  const postback = standing?.postback ?? received.postback;
  const { postbackId: postback_id, reading, assignment } = postback;
  // The assignment of a refused match is kept, but says nothing of what is true now.
  const current = isCounted(postback) ? assignment : null;
  const ofMatch = matchWarnings(current).map((code) => ({ field: null, code }));
  const warnings = [...reading.warnings, ...ofMatch];
  if (postback.outcome !== null) {
    const transfer_id = assignment?.transferId ?? '';
    return { outcome: postback.outcome, postback_id, transfer_id, warnings };
  }
  return { outcome: 'unmatched', postback_id, reason: reasonOf(postback), warnings };
}

function reasonOf({ status, unmatched }: KnownPostback): string {
  if (status === 'unlinked') return 'unlinked';
  return unmatched?.reason ?? 'not_matched_yet';
}
