import { leadStream } from '#events/leads';
import { type Clock, fold, type TenantId } from '#libs/kernel';
import { type OutboundSender, type SendOutcome, type Verdict, verdictOn } from '#libs/outbound';
import { type DataKeys } from '#libs/privacy';
import { hash } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import { callResultOf, type LeadStreamEvent } from '../domain/call-result.js';
import { macroValues } from '../domain/macros.js';
import { type KnownDelivery } from '../domain/postback-delivery.js';
import {
  type AttemptVerdict,
  postbackDeliveryDecider,
  type RecordAttempt,
} from '../domain/postback-delivery.decider.js';
import {
  type AttemptFailure,
  type CallResult,
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

/** Namespace of deliveries’ ids; drawn once, permanent. */
const NAMESPACE = '8d2f1c74-0e5b-4a86-9b3d-6c7a51e2f043';

/** Decides which targets are told of a call, tells them, and writes down what came of it. */
export class PostbackDesk {
  readonly #parts: PostbackDeskParts;

  constructor(parts: PostbackDeskParts) {
    this.#parts = parts;
  }

  /** Decides on a delivery for every target that wants to hear of a call that is over. */
  async schedule(
    tenantId: TenantId,
    { leadId, transferId }: Pick<CallResult, 'leadId' | 'transferId'>,
    caller: Caller,
  ): Promise<void> {
    const { book, runner } = this.#parts;
    const targets = await book.all(tenantId);
    if (targets.every(({ status }) => status === 'removed')) return;
    const history = await runner.history<LeadStreamEvent>(leadStream(leadId));
    for (const target of targets) {
      const result = callResultOf(history, transferId, target.settings.payout);
      if (result === null || !wants(target, result)) continue;
      await this.#schedule(tenantId, target, result, caller);
    }
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
    const made =
      target.status === 'removed' ? notSent() : await this.#send(tenantId, delivery, target);
    const at = clock.now().toISOString();
    const command = { type: 'RecordAttempt', attempt, ...made, at } as const;
    const context = contextOf(caller, tenantId, deliveryId, at);
    await runner.run({ stream, decider: postbackDeliveryDecider, command, context });
  }

  async #schedule(
    tenantId: TenantId,
    { targetId }: PostbackTarget,
    result: CallResult,
    caller: Caller,
  ): Promise<void> {
    const scheduledAt = this.#parts.clock.now().toISOString();
    const deliveryId = uuidv5(`${targetId}|${result.transferId}`, NAMESPACE);
    await this.#parts.runner.run({
      stream: postbackDeliveryStream(deliveryId),
      decider: postbackDeliveryDecider,
      command: { type: 'SchedulePostback', deliveryId, targetId, result, scheduledAt },
      expectNew: true,
      context: contextOf(caller, tenantId, deliveryId, scheduledAt),
    });
  }

  async #send(tenantId: TenantId, delivery: KnownDelivery, target: PostbackTarget): Promise<Made> {
    const { runner, book, keys, sender, clock } = this.#parts;
    const { deliveryId, result, scheduledAt } = delivery;
    const at = clock.now();
    const [history, opened] = await Promise.all([
      runner.history(leadStream(result.leadId)),
      book.open(tenantId, target, at.toISOString()),
    ]);
    const consumer = await ConsumerBox.of(tenantId, keys, history);
    const values = macroValues(result, consumer.phone());
    const outcome = await sender.send(postbackRequest(opened, { id: deliveryId, at, values }));
    const attempt = delivery.attempts + 1;
    const draw = drawOf(deliveryId, attempt);
    const over = { attempt, dueSince: new Date(scheduledAt), at: clock.now(), draw, outcome };
    const answer = answerOf(outcome, (text) => consumer.sealAnswer(text));
    return { answer, verdict: written(verdictOn(over), failureOf(outcome)) };
  }
}

type Made = Pick<RecordAttempt, 'answer' | 'verdict'>;

function wants({ status, settings }: PostbackTarget, result: CallResult): boolean {
  const { mode, destinationId, fireOn } = settings;
  if (status === 'removed' || mode !== result.mode) return false;
  if (destinationId !== null && destinationId !== result.destinationId) return false;
  return fireOn === 'completed' || result.billable;
}

function notSent(): Made {
  const verdict = { kind: 'give_up', failure: null, reason: 'target_removed' } as const;
  return { answer: null, verdict };
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
