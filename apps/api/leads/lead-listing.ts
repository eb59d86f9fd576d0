import { type Moment } from '#libs/event-store';
import { type PersonalData, readPhone, readState, validationFailed } from '#libs/leads';
import { type TenantId } from '#libs/kernel';
import { DataKeys, type Sealed, TenantSecrets } from '#libs/privacy';
import {
  type Database,
  inTenant,
  type Page,
  type PageRequest,
  type Standing,
  standingOf,
} from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import { type LeadListFilter, type LeadListRow, listLeads } from '#projections/lead-list';
import { answerAsOf } from '../http/answer-as-of.js';
import { type Calling } from '../http/calling.js';
import { waitForReadModels } from '../http/wait-for-read-models.js';
import { DATABASE } from '../wiring/tokens.js';
import { LeadListPast } from './lead-list-past.js';
import { listMomentOf, type ListLeadsQuery } from './lead.requests.js';
import { leadSummary, type LeadPage } from './lead.response.js';

/** Reads pages of the lead list, and opens what is sealed in them with one look-up of keys. */
@Injectable()
export class LeadListing {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    private readonly keys: DataKeys,
    private readonly secrets: TenantSecrets,
    private readonly past: LeadListPast,
  ) {}

  async page({ key, policy }: Calling, query: ListLeadsQuery): Promise<LeadPage> {
    const { tenantId } = key;
    const { limit, cursor, waitFor: position } = query;
    const moment = listMomentOf(query);
    const filter = { ...(await this.#filter(policy, query)), mode: key.mode };
    if (position !== undefined) {
      await waitForReadModels(this.database, ['lead_list'], BigInt(position));
    }
    const at = { limit, ...(cursor === undefined ? {} : { cursor }) };
    const [standing, { items, nextCursor }] = await this.#rows(tenantId, moment, filter, at);
    const boxes = items.map((row) => row.personal as Sealed<PersonalData>);
    const opened = await this.keys.openAll(tenantId, boxes);
    const leads = items.map((row, index) => leadSummary(row, opened[index] ?? { erased: true }));
    const as_of = answerAsOf(standing, moment);
    return { leads, next_cursor: nextCursor, has_more: nextCursor !== null, limit, as_of };
  }

  async #rows(
    tenantId: TenantId,
    moment: Moment | undefined,
    filter: LeadListFilter,
    page: PageRequest,
  ): Promise<[Standing, Page<LeadListRow>]> {
    const past = moment === undefined ? null : await this.past.page(tenantId, moment, filter, page);
    return inTenant(this.database, tenantId, async (transaction) => [
      await standingOf(transaction, 'lead_list'),
      past ?? (await listLeads(transaction, filter, page)),
    ]);
  }

  async #filter(policy: Calling['policy'], query: ListLeadsQuery): Promise<LeadListFilter> {
    const { status, source, state, phone, received_from, received_to } = query;
    return {
      ...(status !== undefined && { status }),
      ...(source !== undefined && { source }),
      ...(state !== undefined && { state: readState(state) ?? state }),
      ...(phone !== undefined && { phoneHash: await this.#phoneHash(policy, phone) }),
      ...(received_from !== undefined && { receivedFrom: instant(received_from) }),
      ...(received_to !== undefined && { receivedTo: instant(received_to) }),
    };
  }

  async #phoneHash({ tenantId, countries }: Calling['policy'], text: string): Promise<string> {
    const phone = readPhone(text, countries);
    if (phone.ok) return this.secrets.phoneHash(tenantId, phone.e164);
    const message = 'is not a phone number: send 10 digits or E.164';
    throw validationFailed([{ field: 'phone', code: phone.code, message }]);
  }
}

function instant(text: string): string {
  return new Date(text).toISOString();
}
