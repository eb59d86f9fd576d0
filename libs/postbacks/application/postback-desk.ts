import { leadStream } from '#events/leads';
import { type Clock, fold, type TenantId } from '#libs/kernel';
import { type OutboundSender, type SendOutcome, type Verdict, verdictOn } from '#libs/outbound';
import { type DataKeys } from '#libs/privacy';
import { hash } from 'node:crypto';
import { isSuperseded, type PlacedLeadEvent } from '../domain/correction.js';
import { macroValues } from '../domain/macros.js';
import { type KnownDelivery } from '../domain/postback-delivery.js';
import {
  type AttemptVerdict,
  postbackDeliveryDecider,
  type RecordAttempt,
} from '../domain/postback-delivery.decider.js';
import {
  type AttemptFailure,
  type PostbackDeliveryEvent,
  type TargetAnswer,
} from '../domain/postback-delivery.events.js';
import { type PostbackTarget } from '../domain/postback-targets.js';
import { type Caller, contextOf } from './caller.js';
import { ConsumerBox } from './consumer-box.js';
import { postbackRequest } from './postback-request.js';
import { postbackDeliveryStream } from './postback-streams.js';
import { type PostbacksRunner } from './postbacks-runner.js';
import { type TargetBook } from './target-book.js';

/** What a desk is put together from. */
export interface PostbackDeskParts {
  readonly runner: PostbacksRunner;
  readonly book: TargetBook;
  readonly keys: DataKeys;
  readonly sender: OutboundSender;
  readonly clock: Clock;
}

/** Tells targets what was decided to be told, and writes down what came of it. */
export class PostbackDesk {
  readonly #parts: PostbackDeskParts;

  constructor(parts: PostbackDeskParts) {
    this.#parts = parts;
  }

  /**
   * Tells a target, unless this attempt is in the log already. Whatever comes between the request
   * and the log has it sent again, with the same id; once it is in the log, never.
   */
  async attempt(
    tenantId: TenantId,
    deliveryId: string,
    attempt: number,
    caller: Caller,
  ): Promise<void> {
    const { runner, book, clock } = this.#parts;
    const stream = postbackDeliveryStream(deliveryId);
    const history = await runner.history<PostbackDeliveryEvent>(stream);
    const delivery = fold(postbackDeliveryDecider, history);
    if (delivery.status !== 'pending' || delivery.attempts !== attempt - 1) return;
    const target = await book.find(tenantId, delivery.targetId);
    const lead = await runner.history<PlacedLeadEvent>(leadStream(delivery.result.leadId));
    const obstacle = obstacleTo(delivery, target, lead);
    const made =
      obstacle === null ? await this.#send(tenantId, delivery, target, lead) : notSent(obstacle);
    const at = clock.now().toISOString();
    const command = { type: 'RecordAttempt', attempt, ...made, at } as const;
    const context = contextOf(caller, tenantId, deliveryId, at);
    await runner.run({ stream, decider: postbackDeliveryDecider, command, context });
  }

  async #send(
    tenantId: TenantId,
    delivery: KnownDelivery,
    target: PostbackTarget,
    lead: readonly PlacedLeadEvent[],
  ): Promise<Made> {
    const { book, keys, sender, clock } = this.#parts;
    const { deliveryId, result, dueSince, earlierAttempts } = delivery;
    const at = clock.now();
    const opened = await book.open(tenantId, target, at.toISOString());
    const consumer = await ConsumerBox.of(tenantId, keys, lead);
    const values = macroValues(result, consumer.phone());
    const outcome = await sender.send(postbackRequest(opened, { id: deliveryId, at, values }));
    const attempt = delivery.attempts + 1;
    const draw = drawOf(deliveryId, attempt);
    const inRound = { attempt: attempt - earlierAttempts, dueSince: new Date(dueSince) };
    const over = { ...inRound, at: clock.now(), draw, outcome };
    const answer = answerOf(outcome, (text) => consumer.sealAnswer(text));
    return { answer, verdict: written(verdictOn(over), failureOf(outcome)) };
  }
}

type Made = Pick<RecordAttempt, 'answer' | 'verdict'>;

type Obstacle = 'target_removed' | 'superseded';

/** Why nothing is sent, though it was decided on; `null`: it is. */
function obstacleTo(
  delivery: KnownDelivery,
  { status, settings }: PostbackTarget,
  lead: readonly PlacedLeadEvent[],
): Obstacle | null {
  if (status === 'removed') return 'target_removed';
  return isSuperseded(delivery, lead, settings.payout) ? 'superseded' : null;
}

function notSent(reason: Obstacle): Made {
  return { answer: null, verdict: { kind: 'give_up', failure: null, reason } };
}

/** 0 to 1, the same for the same attempt. */
function drawOf(deliveryId: string, attempt: number): number {
  return (
    Number.parseInt(hash('sha256', `${deliveryId}|${attempt}`, 'hex').slice(0, 8), 16) / 2 ** 32
  );
}

function answerOf(outcome: SendOutcome, sealed: (text: string) => string | null): TargetAnswer {
  if (outcome.kind !== 'answered') return null;
  const { status, body, tookMs } = outcome;
  return { status, body: sealed(body), tookMs };
}

function failureOf(outcome: SendOutcome): AttemptFailure {
  return outcome.kind === 'answered' ? 'status' : outcome.kind;
}

function written(verdict: Verdict, failure: AttemptFailure): AttemptVerdict {
  switch (verdict.kind) {
    case 'delivered':
      return verdict;
    case 'retry':
      return { kind: 'retry', failure, nextAttemptAt: verdict.at.toISOString() };
    case 'give_up':
      return { ...verdict, failure };
  }
}
