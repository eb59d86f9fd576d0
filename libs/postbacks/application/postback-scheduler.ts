import { leadStream } from '#events/leads';
import { type Clock, type TenantId } from '#libs/kernel';
import { type Happening, isOccasion, isToldWhen, newsOf } from '../domain/call-news.js';
import { isConcerned } from '../domain/concerned.js';
import {
  type Correction,
  correctionOf,
  historyTo,
  type PlacedLeadEvent,
} from '../domain/correction.js';
import { postbackDeliveryDecider } from '../domain/postback-delivery.decider.js';
import { type CallResult, type PostbackDeliveryEvent } from '../domain/postback-delivery.events.js';
import { type PostbackTarget } from '../domain/postback-targets.js';
import { type Caller, contextOf } from './caller.js';
import { correctionId, firstDeliveryId } from './delivery-ids.js';
import { postbackDeliveryStream } from './postback-streams.js';
import { type PostbacksRunner } from './postbacks-runner.js';
import { type TargetBook } from './target-book.js';

/** What a scheduler is put together from. */
export interface PostbackSchedulerParts {
  readonly runner: PostbacksRunner;
  readonly book: TargetBook;
  readonly clock: Clock;
}

/** A fact about a transfer that targets may have to be told of. */
export interface TransferFact {
  readonly leadId: string;
  readonly transferId: string;
  /** The event that states it. */
  readonly eventId: string;
}

type NewDelivery = Pick<PostbackDeliveryEvent['data'], 'deliveryId' | 'targetId'> & {
  readonly result: CallResult;
  readonly entryId: string | null;
};

/**
 * Decides which targets are told of a call, and which are told again when it is worth something
 * else.
 */
export class PostbackScheduler {
  readonly #parts: PostbackSchedulerParts;

  constructor(parts: PostbackSchedulerParts) {
    this.#parts = parts;
  }

  /** Decides on a delivery for every target that wants to hear of what happened to a transfer. */
  async schedule(
    tenantId: TenantId,
    fact: TransferFact & { readonly happened: Happening },
    caller: Caller,
  ): Promise<void> {
    const { transferId, eventId, happened } = fact;
    const wanted = (settings: Settings) => isToldWhen(happened, settings);
    const { targets, history } = await this.#read(tenantId, fact, wanted);
    for (const { targetId, settings } of targets) {
      const soFar = historyTo(history, eventId);
      const result = newsOf(happened, soFar, transferId, settings);
      if (result === null || !isConcerned(settings, result, soFar)) continue;
      const deliveryId = firstDeliveryId(targetId, transferId);
      const delivery = { deliveryId, targetId, result, entryId: null };
      await this.#schedule(tenantId, delivery, caller);
    }
  }

  /**
   * Decides on a further delivery for every target that a revenue entry changes something for. It
   * names the same call, so that the receiver revises what it was told before.
   */
  async correct(tenantId: TenantId, fact: TransferFact, caller: Caller): Promise<void> {
    const { transferId, eventId: entryId } = fact;
    const wanted = (settings: Settings) => isToldWhen('over', settings);
    const { targets, history } = await this.#read(tenantId, fact, wanted);
    for (const target of targets) {
      const { targetId, settings } = target;
      const correction = correctionOf(history, { transferId, entryId }, settings);
      if (correction === null || !isConcerned(settings, correction.result, history)) continue;
      if (!(await this.#isDue(target, correction))) continue;
      const deliveryId = correctionId(targetId, entryId);
      const delivery = { deliveryId, targetId, result: correction.result, entryId };
      await this.#schedule(tenantId, delivery, caller);
    }
  }

  /** The live targets that want to hear of it and, if there are any, the lead's history. */
  async #read(
    tenantId: TenantId,
    { leadId }: TransferFact,
    wanted: (settings: Settings) => boolean,
  ) {
    const { book, runner } = this.#parts;
    const all = await book.all(tenantId);
    const targets = all.filter(({ status, settings }) => status === 'live' && wanted(settings));
    if (targets.length === 0) return { targets, history: [] };
    return { targets, history: await runner.history<PlacedLeadEvent>(leadStream(leadId)) };
  }

  /**
   * Whoever was told is told what changed; of others, those for whom the call converts only now, or
   * who waited for a report.
   */
  async #isDue(target: PostbackTarget, correction: Correction): Promise<boolean> {
    const { result, earlierEntryIds, bookedAt, history } = correction;
    const { targetId, settings, createdAt } = target;
    const earlier = [
      firstDeliveryId(targetId, result.transferId),
      ...earlierEntryIds.map((entryId) => correctionId(targetId, entryId)),
    ];
    for (const deliveryId of earlier) if (await this.#exists(deliveryId)) return true;
    const since = settings.fireOn === 'payout' ? bookedAt : (result.endedAt ?? '');
    return Date.parse(createdAt) <= Date.parse(since) && isOccasion(settings, result, history);
  }

  async #exists(deliveryId: string): Promise<boolean> {
    return (await this.#parts.runner.history(postbackDeliveryStream(deliveryId))).length > 0;
  }

  async #schedule(tenantId: TenantId, delivery: NewDelivery, caller: Caller): Promise<void> {
    const { runner, clock } = this.#parts;
    const { deliveryId } = delivery;
    const scheduledAt = clock.now().toISOString();
    await runner.run({
      stream: postbackDeliveryStream(deliveryId),
      decider: postbackDeliveryDecider,
      command: { type: 'SchedulePostback', ...delivery, scheduledAt },
      expectNew: true,
      context: contextOf(caller, tenantId, deliveryId, scheduledAt),
    });
  }
}

type Settings = PostbackTarget['settings'];
