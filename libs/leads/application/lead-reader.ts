import {
  type CommandRunner,
  inFuture,
  type Moment,
  refuseFuture,
  type StoredEvent,
} from '#libs/event-store';
import { type Clock, systemClock, type TenantId } from '#libs/kernel';
import { leadNotFound } from '../domain/lead.errors.js';
import { type LeadStreamEvent } from '../domain/lead-stream.events.js';
import { leadStream } from './lead-streams.js';

/** A moment of a lead: a revision of its stream, or a moment of the whole log. */
export type AsOf = { readonly kind: 'revision'; readonly revision: bigint } | Moment;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads leads straight from the log: always current, and as they were at any moment. */
export class LeadReader {
  constructor(
    private readonly runner: CommandRunner,
    private readonly clock: Clock = systemClock,
  ) {}

  /**
   * What had happened to a lead until `asOf` (inclusive), oldest first. Rejects with
   * `lead_not_found` if there was none yet, or if it is another tenant's, and with
   * `as_of_in_future` for a moment that is not over.
   */
  async events(
    tenantId: TenantId,
    leadId: string,
    asOf?: AsOf,
  ): Promise<StoredEvent<LeadStreamEvent>[]> {
    const id = leadId.toLowerCase();
    if (!UUID.test(id)) throw leadNotFound();
    const events = await this.#eventsUntil(id, asOf);
    if (events.length === 0 || events.some((event) => event.metadata.tenantId !== tenantId)) {
      throw leadNotFound();
    }
    if (asOf?.kind !== 'revision') return events;
    const last = events.at(-1)?.revision ?? 0n;
    if (asOf.revision > last) throw inFuture(`The last revision of this lead is ${last}.`);
    return events.filter(({ revision }) => revision <= asOf.revision);
  }

  /**
   * What had happened to a lead by a moment that is over; nothing if there was none yet. For lists,
   * which know whose lead it is.
   */
  eventsBy(leadId: string, moment: Moment): Promise<StoredEvent<LeadStreamEvent>[]> {
    return this.runner.history<LeadStreamEvent>(leadStream(leadId), moment);
  }

  /** Rejects with `as_of_in_future` for a moment that is not over. */
  refuseFuture(moment: Moment): Promise<void> {
    return refuseFuture(moment, {
      headPosition: () => this.runner.headPosition(),
      now: () => this.clock.now(),
    });
  }

  async #eventsUntil(
    leadId: string,
    asOf: AsOf | undefined,
  ): Promise<StoredEvent<LeadStreamEvent>[]> {
    if (asOf === undefined || asOf.kind === 'revision') {
      return this.runner.history<LeadStreamEvent>(leadStream(leadId));
    }
    await this.refuseFuture(asOf);
    return this.eventsBy(leadId, asOf);
  }
}
