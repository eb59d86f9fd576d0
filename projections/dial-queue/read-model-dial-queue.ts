import { DialQueue, type DialWish, type DestinationWish, type WaitingPlace } from '#libs/calls';
import { type TenantId } from '#libs/kernel';
import { type Database, inTenant, type TenantTransaction } from '#libs/read-db';
import {
  callingCount,
  expiredWaiting,
  leadsOnCall,
  nextToDial,
  waitingForDestination,
} from './dial-queue.queries.js';

/** A tenant's queue from the read model `dial_queue`. `database` is connected as the worker. */
export class ReadModelDialQueue extends DialQueue {
  constructor(private readonly database: Database) {
    super();
  }

  override async next(tenantId: TenantId, wish: DialWish): Promise<string[]> {
    // Test leads are never dialed.
    const rows = await this.#ask(tenantId, (transaction) =>
      nextToDial(transaction, { ...wish, mode: 'live' }),
    );
    return rows.map(({ leadId }) => leadId);
  }

  override waitingForDestination(
    tenantId: TenantId,
    wish: DestinationWish,
  ): Promise<WaitingPlace[]> {
    return this.#ask(tenantId, (transaction) => waitingForDestination(transaction, wish));
  }

  override calling(tenantId: TenantId): Promise<number> {
    return this.#ask(tenantId, callingCount);
  }

  override onCall(tenantId: TenantId): Promise<string[]> {
    return this.#ask(tenantId, leadsOnCall);
  }

  override async expired(tenantId: TenantId, now: string, limit: number): Promise<string[]> {
    const rows = await this.#ask(tenantId, (transaction) =>
      expiredWaiting(transaction, { now, limit }),
    );
    return rows.map(({ leadId }) => leadId);
  }

  #ask<Result>(
    tenantId: TenantId,
    question: (transaction: TenantTransaction) => Promise<Result>,
  ): Promise<Result> {
    return inTenant(this.database, tenantId, question);
  }
}
