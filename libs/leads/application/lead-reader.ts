import { type CommandRunner, type StoredEvent } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { leadNotFound } from '../domain/lead.errors.js';
import { type LeadEvent } from '../domain/lead.events.js';
import { leadStream } from './lead-streams.js';

/** A moment of a lead: a revision of its stream, or an instant (ISO-8601). */
export type AsOf =
  | { readonly kind: 'revision'; readonly revision: bigint }
  | { readonly kind: 'instant'; readonly instant: string };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads leads straight from the log: always current, and as they were at any moment. */
export class LeadReader {
  constructor(private readonly runner: CommandRunner) {}

  /**
   * What had happened to a lead until `asOf` (inclusive), oldest first. Rejects with
   * `lead_not_found` if there was none yet, or if it is another tenant's.
   */
  async events(tenantId: TenantId, leadId: string, asOf?: AsOf): Promise<StoredEvent<LeadEvent>[]> {
    const id = leadId.toLowerCase();
    if (!UUID.test(id)) throw leadNotFound();
    const history = await this.runner.history<LeadEvent>(leadStream(id));
    const events = history.filter((event) => happenedBy(event, asOf));
    if (events.length === 0 || events.some((event) => event.metadata.tenantId !== tenantId)) {
      throw leadNotFound();
    }
    return events;
  }
}

function happenedBy(event: StoredEvent, asOf: AsOf | undefined): boolean {
  switch (asOf?.kind) {
    case undefined:
      return true;
    case 'revision':
      return event.revision <= asOf.revision;
    case 'instant':
      return event.recordedAt.getTime() <= Date.parse(asOf.instant);
  }
}
