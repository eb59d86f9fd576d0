import { systemClock } from '#libs/kernel';
import { type DialingEvent } from '#events/calls';
import { CommandRunner } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { type Database, inTenant, standingOf } from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import {
  blockedLeads,
  nextToDial,
  queueTotals,
  type SourcePriorities,
} from '#projections/dial-queue';
import { answerAsOf } from '../http/answer-as-of.js';
import { type Calling } from '../http/calling.js';
import { waitForReadModels } from '../http/wait-for-read-models.js';
import { DATABASE } from '../wiring/tokens.js';
import { type ReadQueueQuery } from './queue.requests.js';
import { blockedLead, type DialQueue, dueLead, totalsView } from './queue.response.js';

/** Reads the dial queue as the dialer would see it now. */
@Injectable()
export class QueueListing {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    private readonly runner: CommandRunner,
  ) {}

  async read({ key }: Calling, { limit, waitFor }: ReadQueueQuery): Promise<DialQueue> {
    const { tenantId, mode } = key;
    if (waitFor !== undefined) {
      await waitForReadModels(this.database, ['dial_queue'], BigInt(waitFor));
    }
    const priorities = await this.#priorities(tenantId);
    const request = { now: systemClock.now().toISOString(), limit, mode };
    return inTenant(this.database, tenantId, async (transaction) => {
      const standing = await standingOf(transaction, 'dial_queue');
      const due = await nextToDial(transaction, { ...request, priorities });
      const rest = { ...request, limit: limit - due.length };
      const blocked = rest.limit === 0 ? [] : await blockedLeads(transaction, rest);
      const totals = totalsView(await queueTotals(transaction, request));
      const leads = [...due.map(dueLead), ...blocked.map(blockedLead)];
      return { leads, totals, limit, as_of: answerAsOf(standing) };
    });
  }

  /** As the tenant configured its dialing last; all sources are equal before. */
  async #priorities(tenantId: TenantId): Promise<SourcePriorities> {
    const history = await this.runner.history<DialingEvent>(`dialing-${tenantId}`);
    const configured = history.findLast((event) => event.type === 'DialingConfigured');
    return configured?.data.after.sourcePriorities ?? {};
  }
}
