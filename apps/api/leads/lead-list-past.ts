import { CLOCK_TOLERANCE_MS, type EventStore, firstAfter, type Moment } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { LEAD_PREFIX, LeadReader, type LeadStreamEvent } from '#libs/leads';
import {
  type Database,
  inTenant,
  type Page,
  type PageRequest,
  type ProjectedEvent,
  standingOf,
} from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import {
  type LeadListFilter,
  type LeadListRow,
  listCandidates,
  listLeadsAsOf,
} from '#projections/lead-list';
import { waitForReadModels } from '../http/wait-for-read-models.js';
import { DATABASE, EVENT_STORE } from '../wiring/tokens.js';

const ANSWER_WITHIN_MS = 1_000;

/** The list of leads as it stood at a moment that is over. */
@Injectable()
export class LeadListPast {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly reader: LeadReader,
  ) {}

  /**
   * One page of it: the same whenever it is asked for. Rejects with `as_of_in_future`, and with
   * `read_model_behind` while the rows do not show the moment yet.
   */
  async page(
    tenantId: TenantId,
    moment: Moment,
    filter: LeadListFilter,
    page: PageRequest,
  ): Promise<Page<LeadListRow>> {
    await this.reader.refuseFuture(moment);
    await this.#waitFor(tenantId, moment);
    const recordedUntil = await this.#recordedUntil(moment);
    const sources = {
      candidates: (after: Parameters<typeof listCandidates>[2]['after'], limit: number) =>
        inTenant(this.database, tenantId, (transaction) =>
          listCandidates(transaction, filter, { moment, recordedUntil, after, limit }),
        ),
      events: async (leadId: string) =>
        (await this.reader.eventsBy(leadId, moment)).map(withPosition),
    };
    return listLeadsAsOf(sources, moment, filter, page);
  }

  /** A row that does not show the moment yet would pass for one that has not changed since. */
  async #waitFor(tenantId: TenantId, moment: Moment): Promise<void> {
    const { passedAt } = await inTenant(this.database, tenantId, (transaction) =>
      standingOf(transaction, 'lead_list'),
    );
    if (moment.kind === 'instant' && passedAt !== null) {
      if (Date.parse(passedAt) > Date.parse(moment.instant) + CLOCK_TOLERANCE_MS) return;
    }
    const position = moment.kind === 'position' ? moment.position : await this.store.headPosition();
    await waitForReadModels(this.database, ['lead_list'], position ?? 0n);
  }

  /** When the last event of the moment can have been recorded. */
  async #recordedUntil(moment: Moment): Promise<string> {
    if (moment.kind === 'instant') return new Date(moment.instant).toISOString();
    const next = await firstAfter(this.store, moment.position, [LEAD_PREFIX], ANSWER_WITHIN_MS);
    return (next?.recordedAt ?? new Date()).toISOString();
  }
}

/** Lists do not show the position, which some servers do not tell. */
function withPosition(
  event: Awaited<ReturnType<LeadReader['eventsBy']>>[number],
): ProjectedEvent<LeadStreamEvent> {
  return { ...event, position: event.position ?? 0n };
}
