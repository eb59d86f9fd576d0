import { systemClock } from '#libs/kernel';
import { type DialingEvent } from '#events/calls';
import { CommandRunner } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { type Database, inTenant, standingOf } from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import {
  type QueueFilter,
  queuePage,
  queueTotals,
  type SourcePriorities,
} from '#projections/dial-queue';
import { answerAsOf } from '../http/answer-as-of.js';
import { type Calling } from '../http/calling.js';
import { waitForReadModels } from '../http/wait-for-read-models.js';
import { DATABASE } from '../wiring/tokens.js';
import { type ReadQueueQuery } from './queue.requests.js';
import { type DialQueue, queuedLead, totalsView } from './queue.response.js';

/** Reads the dial queue as the dialer would see it now. */
@Injectable()
export class QueueListing {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    private readonly runner: CommandRunner,
  ) {}

  async read({ key }: Calling, query: ReadQueueQuery): Promise<DialQueue> {
    const { tenantId, mode } = key;
    const { limit, cursor, waitFor } = query;
    if (waitFor !== undefined) {
      await waitForReadModels(this.database, ['dial_queue'], BigInt(waitFor));
    }
    const priorities = await this.#priorities(tenantId);
    const now = systemClock.now().toISOString();
    const filter = { ...filterOf(query), now, mode, priorities };
    return inTenant(this.database, tenantId, async (transaction) => {
      const as_of = answerAsOf(await standingOf(transaction, 'dial_queue'));
      const page = { limit, ...(cursor !== undefined && { cursor }) };
      const { items, nextCursor } = await queuePage(transaction, filter, page);
      const totals = totalsView(await queueTotals(transaction, { now, mode }));
      const more = { next_cursor: nextCursor, has_more: nextCursor !== null };
      return { leads: items.map(queuedLead), totals, ...more, limit, as_of };
    });
  }

  /** As the tenant configured its dialing last; all sources are equal before. */
  async #priorities(tenantId: TenantId): Promise<SourcePriorities> {
    const history = await this.runner.history<DialingEvent>(`dialing-${tenantId}`);
    const configured = history.findLast((event) => event.type === 'DialingConfigured');
    return configured?.data.after.sourcePriorities ?? {};
  }
}

function filterOf({
  lead_id,
  source,
  obstacle,
}: ReadQueueQuery): Pick<QueueFilter, 'leadId' | 'source' | 'obstacle'> {
  return {
    ...(lead_id !== undefined && { leadId: lead_id.toLowerCase() }),
    ...(source !== undefined && { source }),
    ...(obstacle !== undefined && { obstacle }),
  };
}
