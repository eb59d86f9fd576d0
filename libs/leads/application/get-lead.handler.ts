import { type StoredEvent } from '#libs/event-store';
import { fold, type TenantId } from '#libs/kernel';
import { DataKeys, type Erased, type Sealed } from '#libs/privacy';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type ReceivedLead } from '../domain/lead.js';
import { leadDecider } from '../domain/lead.decider.js';
import { leadNotFound } from '../domain/lead.errors.js';
import { type LeadEvent } from '../domain/lead.events.js';
import { type PersonalData } from '../intake/interpret-submission.js';
import { type AsOf, LeadReader } from './lead-reader.js';

/** A lead as it stands, or stood. */
export interface LeadView {
  readonly state: ReceivedLead;
  readonly received: Extract<LeadEvent, { type: 'LeadReceived' }>['data'];
  /** Opened for those who may see it; marked blank once the person was erased. */
  readonly personal: PersonalData | Erased;
  /** Revision the view was folded up to, and when that was recorded. */
  readonly revision: bigint;
  readonly updatedAt: Date;
}

/** One lead, folded from its stream: always current, or as of a moment. */
export class GetLeadQuery extends Query<LeadView> {
  constructor(
    readonly tenantId: TenantId,
    readonly leadId: string,
    readonly asOf?: AsOf,
  ) {
    super();
  }
}

@QueryHandler(GetLeadQuery)
export class GetLeadHandler implements IQueryHandler<GetLeadQuery> {
  constructor(
    private readonly reader: LeadReader,
    private readonly keys: DataKeys,
  ) {}

  async execute({ tenantId, leadId, asOf }: GetLeadQuery): Promise<LeadView> {
    const events = await this.reader.events(tenantId, leadId, asOf);
    const [first] = events;
    const last = events.at(-1);
    const state = fold(leadDecider, events);
    if (!isReceived(first) || last === undefined || state.status === 'absent') throw leadNotFound();
    const [personal] = await this.keys.openAll(tenantId, [
      first.data.personal as Sealed<PersonalData>,
    ]);
    if (personal === undefined) throw leadNotFound();
    return {
      state,
      received: first.data,
      personal,
      revision: last.revision,
      updatedAt: last.recordedAt,
    };
  }
}

function isReceived(
  event: StoredEvent<LeadEvent> | undefined,
): event is StoredEvent<Extract<LeadEvent, { type: 'LeadReceived' }>> {
  return event?.type === 'LeadReceived';
}
