import { type CallEvent, callEvents } from '#events/calls';
import { type RevenueEvent, revenueEvents } from '#events/revenue';
import { type Clock, systemClock } from '#libs/kernel';
import { type Answer, defineReactor, type Order, type Reactor } from '#libs/reactors';
import { type PostbackDesk } from '../application/postback-desk.js';
import { type PostbackScheduler, type TransferFact } from '../application/postback-scheduler.js';
import { type TargetBook } from '../application/target-book.js';
import { type Happening } from '../domain/call-news.js';
import {
  type PostbackDeliveryEvent,
  postbackDeliveryEvents,
} from '../domain/postback-delivery.events.js';
import { RoomByTarget } from './room-by-target.js';

/** What the reactor wants done. */
export type PostbacksCommand =
  | ({ readonly do: 'schedule'; readonly happened: Happening } & TransferFact)
  | ({ readonly do: 'correct' } & TransferFact)
  | {
      readonly do: 'attempt';
      readonly deliveryId: string;
      readonly attempt: number;
      readonly targetId: string;
    }
  | { readonly do: 'remove'; readonly targetId: string };

/** What the reactor is put together from. */
export interface PostbacksParts {
  readonly scheduler: PostbackScheduler;
  readonly desk: PostbackDesk;
  readonly book: TargetBook;
  /** The machine's clock if left out. */
  readonly clock?: Clock;
}

/** When a target is looked at again that has as many requests under way as it may. */
const BUSY_MS = 1_000;

/**
 * Tells targets what came of calls. When an attempt is due is in the log: a delivery is tried when
 * it was decided on, and again when its last attempt says so, however often the worker was
 * restarted.
 */
export class Postbacks {
  /** Starts now: nobody is told of calls that were over before there were postbacks. */
  readonly reactor: Reactor;
  readonly #parts: PostbacksParts;
  readonly #clock: Clock;
  readonly #room = new RoomByTarget();

  constructor(parts: PostbacksParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    this.reactor = this.#declare();
  }

  #declare(): Reactor {
    return defineReactor<CallEvent | RevenueEvent | PostbackDeliveryEvent, PostbacksCommand>({
      name: 'postbacks',
      startAt: 'now',
      events: [...callEvents, ...revenueEvents, ...postbackDeliveryEvents],
      on: {
        TransferRequested: (event) => tell('incoming', event),
        CallBridged: (event) => tell('connected', event),
        TransferFailed: (event) => tell('failed', event),
        CallEnded: ({ id, data: { leadId, transferId } }) =>
          transferId === null ? null : tell('over', { id, data: { leadId, transferId } }),
        RevenueConfirmed: correct,
        RevenueRevised: correct,
        RevenueReversed: correct,
        PostbackScheduled: ({ data }) => this.#attempt(data, 1),
        PostbackAttemptFailed: ({ data }, { turn }) =>
          turn === 0
            ? { again: { at: new Date(data.nextAttemptAt) } }
            : this.#attempt(data, data.attempt + 1),
        PostbackRescheduled: ({ data }) => this.#attempt(data, data.attempts + 1),
        PostbackGivenUp: ({ data: { reason, targetId } }) =>
          reason === 'gone' ? [{ do: 'remove', targetId }] : null,
      },
      run: (command, order) => this.#run(command, order),
    });
  }

  /** A target that is slow has its own deliveries wait, and nobody else's. */
  #attempt(
    { deliveryId, targetId }: { readonly deliveryId: string; readonly targetId: string },
    attempt: number,
  ): Answer<PostbacksCommand> {
    if (this.#room.isFull(targetId)) {
      return { again: { at: new Date(this.#clock.now().getTime() + BUSY_MS) } };
    }
    return [{ do: 'attempt', deliveryId, targetId, attempt }];
  }

  async #run(command: PostbacksCommand, order: Order): Promise<void> {
    const { scheduler, desk, book } = this.#parts;
    const { tenantId } = order;
    switch (command.do) {
      case 'schedule':
        await scheduler.schedule(tenantId, command, order);
        break;
      case 'correct':
        await scheduler.correct(tenantId, command, order);
        break;
      case 'attempt': {
        const { deliveryId, targetId, attempt } = command;
        await this.#room.within(targetId, () => desk.attempt(tenantId, deliveryId, attempt, order));
        break;
      }
      case 'remove': {
        const removedAt = this.#clock.now().toISOString();
        const { targetId } = command;
        const gone = { targetId, cause: 'gone', reason: null, removedAt } as const;
        await book.run(tenantId, order, { type: 'RemovePostbackTarget', ...gone }, removedAt);
        break;
      }
    }
  }
}

interface Entry {
  readonly id: string;
  readonly data: Pick<TransferFact, 'leadId' | 'transferId'>;
}

function tell(happened: Happening, { id: eventId, data }: Entry): PostbacksCommand[] {
  const { leadId, transferId } = data;
  return [{ do: 'schedule', happened, leadId, transferId, eventId }];
}

function correct({ id: eventId, data: { leadId, transferId } }: Entry): PostbacksCommand[] {
  return [{ do: 'correct', leadId, transferId, eventId }];
}
