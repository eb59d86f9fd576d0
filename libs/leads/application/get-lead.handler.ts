import { type StoredEvent } from '#libs/event-store';
import { fold, type TenantId } from '#libs/kernel';
import { DataKeys, type Erased, isErased, type Sealed } from '#libs/privacy';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { isSameConsent } from '../domain/consent-held.js';
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
      personal: await this.#person(tenantId, first.data, proofsOf(state, events)),
      revision: last.revision,
      updatedAt: last.recordedAt,
    };
  }

  /**
   * The person as submitted, with all evidence of the consent that counts: a form comes first, its
   * certificate later. Where two say different things, the later does.
   */
  async #person(
    tenantId: TenantId,
    { personal, consent }: LeadReceived['data'],
    proofs: readonly ConsentRecorded['data'][],
  ): Promise<PersonalData | Erased> {
    const boxes = [personal, ...proofs.map((proof) => proof.personal)];
    const [person = { erased: true }, ...opened] = await this.keys.openAll(
      tenantId,
      boxes as Sealed<PersonalData & ConsentPersonalData>[],
    );
    const [proof] = proofs;
    if (isErased(person) || proof === undefined) return person;
    const submitted = isSameConsent(consent, proof.consent) ? person.consent : {};
    const recorded = opened.map((part) => (isErased(part) ? {} : part));
    return { ...person, consent: Object.assign({}, submitted, ...recorded) as ConsentPersonalData };
  }
}

type LeadReceived = Extract<LeadStreamEvent, { type: 'LeadReceived' }>;
type ConsentRecorded = Extract<LeadStreamEvent, { type: 'ConsentRecorded' }>;

/** What was recorded of the consent that counts. */
function proofsOf(
  { consent }: ReceivedLead,
  events: readonly StoredEvent<LeadStreamEvent>[],
): ConsentRecorded['data'][] {
  const recorded = events.filter(isConsent).map(({ data }) => data);
  return recorded.filter((data) => isSameConsent(data.consent, consent));
}

function isConsent(event: StoredEvent<LeadStreamEvent>): event is StoredEvent<ConsentRecorded> {
  return event.type === 'ConsentRecorded';
}

function isReceived(
  event: StoredEvent<LeadStreamEvent> | undefined,
): event is StoredEvent<LeadReceived> {
  return event?.type === 'LeadReceived';
}
