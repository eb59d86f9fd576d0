import { type PersonalData, readPhone, readState, validationFailed } from '#libs/leads';
import { DataKeys, type Sealed, TenantSecrets } from '#libs/privacy';
import { type Database } from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import { type LeadListFilter, listLeads } from '#projections/lead-list';
import { type Calling } from '../http/calling.js';
import { readPage } from '../http/read-page.js';
import { waitIfAsked } from '../http/wait-for-read-models.js';
import { DATABASE } from '../wiring/tokens.js';
import { LeadListPast } from './lead-list-past.js';
import { listMomentOf, type ListLeadsQuery } from './lead.requests.js';
import { leadSummary, type LeadPage } from './lead.response.js';

const READ_MODELS = ['lead_list'];

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
    const { database } = this;
    const { tenantId } = key;
    const moment = listMomentOf(query);
    const filter = { ...(await this.#filter(policy, query)), mode: key.mode };
    await waitIfAsked(database, READ_MODELS, query);
    const past = moment && (await this.past.page(tenantId, moment, filter, query));
    const source = { database, tenantId, readModels: READ_MODELS, moment };
    const { items, as_of, ...page } = await readPage(
      source,
      async (transaction) => past ?? (await listLeads(transaction, filter, query)),
    );
    const boxes = items.map((row) => row.personal as Sealed<PersonalData>);
    const opened = await this.keys.openAll(tenantId, boxes);
    const leads = items.map((row, index) => leadSummary(row, opened[index] ?? { erased: true }));
    return { leads, ...page, limit: query.limit, as_of };
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
