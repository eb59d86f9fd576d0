import { type PersonalData, readPhone, readState, validationFailed } from '#libs/leads';
import { DomainError } from '#libs/kernel';
import { DataKeys, type Sealed, TenantSecrets } from '#libs/privacy';
import { caughtUpTo, type Database, inTenant } from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import { type LeadListFilter, listLeads } from '#projections/lead-list';
import { type Calling } from '../http/calling.js';
import { DATABASE } from '../wiring/tokens.js';
import { leadSummary, type LeadPage } from './lead.response.js';
import { type ListLeadsQuery } from './lead.requests.js';

const WAIT_MS = 3_000;

/** Reads pages of the lead list, and opens what is sealed in them with one look-up of keys. */
@Injectable()
export class LeadListing {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    private readonly keys: DataKeys,
    private readonly secrets: TenantSecrets,
  ) {}

  async page({ key, policy }: Calling, query: ListLeadsQuery): Promise<LeadPage> {
    const { tenantId } = key;
    const { limit, cursor, waitFor } = query;
    const filter = { ...(await this.#filter(policy, query)), mode: key.mode };
    if (waitFor !== undefined) await this.#waitFor(BigInt(waitFor));
    const at = { limit, ...(cursor === undefined ? {} : { cursor }) };
    const { items, nextCursor } = await inTenant(this.database, tenantId, (transaction) =>
      listLeads(transaction, filter, at),
    );
    const boxes = items.map((row) => row.personal as Sealed<PersonalData>);
    const opened = await this.keys.openAll(tenantId, boxes);
    const leads = items.map((row, index) => leadSummary(row, opened[index] ?? { erased: true }));
    return { leads, next_cursor: nextCursor, has_more: nextCursor !== null, limit };
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

  async #waitFor(position: bigint): Promise<void> {
    if (await caughtUpTo(this.database, ['lead_list'], position, { timeoutMs: WAIT_MS })) return;
    throw new DomainError(
      'unavailable',
      'read_model_behind',
      'The list does not show this position yet. Ask again in a moment, or read the lead by its id.',
    );
  }
}

function instant(text: string): string {
  return new Date(text).toISOString();
}
