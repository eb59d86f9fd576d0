import { systemClock } from '#libs/kernel';
import { type DialingEvent } from '#events/calls';
import { CommandRunner } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { type Database } from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import {
  type QueueFilter,
  queuePage,
  queueTotals,
  type SourcePriorities,
} from '#projections/dial-queue';
import { type Calling } from '../http/calling.js';
import { readPage } from '../http/read-page.js';
import { waitIfAsked } from '../http/wait-for-read-models.js';
import { DATABASE } from '../wiring/tokens.js';
import { type ReadQueueQuery } from './queue.requests.js';
import { type DialQueue, queuedLead, totalsView } from './queue.response.js';

const READ_MODELS = ['dial_queue'];

/** Reads the dial queue as the dialer would see it now. */
@Injectable()
export class QueueListing {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    private readonly runner: CommandRunner,
  ) {}

  async read({ key }: Calling, query: ReadQueueQuery): Promise<DialQueue> {
    const { database } = this;
    const { tenantId, mode } = key;
    await waitIfAsked(database, READ_MODELS, query);
    const priorities = await this.#priorities(tenantId);
    const now = systemClock.now().toISOString();
    const filter = { ...filterOf(query), now, mode, priorities };
    const source = { database, tenantId, readModels: READ_MODELS };
    const { items, ...page } = await readPage(source, async (transaction) => ({
      ...(await queuePage(transaction, filter, query)),
      totals: totalsView(await queueTotals(transaction, { now, mode })),
    }));
    return { leads: items.map(queuedLead), ...page, limit: query.limit };
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
