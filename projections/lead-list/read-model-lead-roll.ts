import { type TenantId } from '#libs/kernel';
import { LeadRoll, type RollPage } from '#libs/leads';
import { caughtUpTo, type Database } from '#libs/read-db';
import { leadListProjection, type LeadListRow } from './lead-list.projection.js';

const pageSize = 200;

/** A tenant's leads from the read model `lead_list`. `database` is connected as the worker. */
export class ReadModelLeadRoll extends LeadRoll {
  constructor(private readonly database: Database) {
    super();
  }

  override async page(
    tenantId: TenantId,
    { since, upTo, cursor }: Parameters<LeadRoll['page']>[1],
  ): Promise<RollPage | null> {
    const { name } = leadListProjection;
    if (!(await caughtUpTo(this.database, [name], upTo, { timeoutMs: 0 }))) return null;
    const rows = await this.#read(tenantId, since, cursor);
    const leads = rows.slice(0, pageSize);
    const last = leads.at(-1);
    const isLast = rows.length <= pageSize || last === undefined;
    return { leads, next: isLast ? null : `${last.receivedAt} ${last.leadId}` };
  }

  /** One further than the page, to know whether it is the last one. */
  #read(tenantId: TenantId, since: string, cursor: string | null) {
    const query = this.database.kysely
      .withTables<{ leadList: LeadListRow }>()
      .selectFrom('leadList')
      .select(['leadId', 'personal', 'receivedAt'])
      // The worker sees all tenants.
      .where('tenantId', '=', tenantId)
      .where('receivedAt', '>=', since)
      .orderBy('receivedAt')
      .orderBy('leadId')
      .limit(pageSize + 1);
    if (cursor === null) return query.execute();
    const [at = '', id = ''] = cursor.split(' ');
    return query
      .where((eb) => eb(eb.refTuple('receivedAt', 'leadId'), '>', eb.tuple(at, id)))
      .execute();
  }
}
