import { GetDialingQuery } from '#libs/calls';
import { systemClock } from '#libs/kernel';
import { type Database } from '#libs/read-db';
import { type QueueFilter, queuePage, queueTotals } from '#projections/dial-queue';
import { Inject, Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
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
    private readonly queries: QueryBus,
  ) {}

  async read({ key }: Calling, query: ReadQueueQuery): Promise<DialQueue> {
    const { database } = this;
    const { tenantId, mode } = key;
    await waitIfAsked(database, READ_MODELS, query);
    const dialing = await this.queries.execute(new GetDialingQuery(tenantId));
    const { pausedSources } = dialing;
    const priorities = dialing.settings?.sourcePriorities ?? {};
    const now = systemClock.now().toISOString();
    const filter = { ...filterOf(query), now, mode, priorities };
    const source = { database, tenantId, readModels: READ_MODELS };
    const { items, as_of, ...page } = await readPage(source, async (transaction) => ({
      ...(await queuePage(transaction, filter, query)),
      totals: totalsView(dialing, await queueTotals(transaction, { now, mode, pausedSources })),
    }));
    return {
      leads: items.map((lead) => queuedLead(dialing, lead)),
      ...page,
      limit: query.limit,
      as_of,
    };
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
