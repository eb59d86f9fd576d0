import { type StoredEvent } from '#libs/event-store';
import { fold, type TenantId } from '#libs/kernel';
import { DataKeys, type Erased, isErased, type Sealed } from '#libs/privacy';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type ReceivedLead } from '../domain/lead.js';
import { leadDecider } from '../domain/lead.decider.js';
import { leadNotFound } from '../domain/lead.errors.js';
import { type LeadStreamEvent } from '../domain/lead-stream.events.js';
import { type ConsentPersonalData, type PersonalData } from '../intake/interpret-submission.js';
import { type AsOf, LeadReader } from './lead-reader.js';

/** A lead as it stands, or stood. */
export interface LeadView {
  readonly state: ReceivedLead;
  readonly received: LeadReceived['data'];
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

/** Folds a lead from its stream, so that it is always current. */
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
    return {
      state,
      received: first.data,
      personal: await this.#person(tenantId, first.data.personal, events.findLast(isConsent)),
      revision: last.revision,
      updatedAt: last.recordedAt,
    };
  }

  /** The person as submitted, with the consent that counts: what was recorded last, if any was. */
  async #person(
    tenantId: TenantId,
    submitted: string,
    recorded: StoredEvent<ConsentRecorded> | undefined,
  ): Promise<PersonalData | Erased> {
    const boxes = [submitted, ...(recorded === undefined ? [] : [recorded.data.personal])];
    const [person = { erased: true }, consent] = await this.keys.openAll(
      tenantId,
      boxes as Sealed<PersonalData & ConsentPersonalData>[],
    );
    if (isErased(person) || consent === undefined) return person;
    return { ...person, consent: isErased(consent) ? {} : consent };
  }
}

type LeadReceived = Extract<LeadStreamEvent, { type: 'LeadReceived' }>;
type ConsentRecorded = Extract<LeadStreamEvent, { type: 'ConsentRecorded' }>;

function isConsent(event: StoredEvent<LeadStreamEvent>): event is StoredEvent<ConsentRecorded> {
  return event.type === 'ConsentRecorded';
}

function isReceived(
  event: StoredEvent<LeadStreamEvent> | undefined,
): event is StoredEvent<LeadReceived> {
  return event?.type === 'LeadReceived';
}
