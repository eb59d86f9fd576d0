import { type TenantId } from '#libs/kernel';
import { type LeadMode, OrdinalHint } from '#libs/leads';
import { type Database, inTenant } from '#libs/read-db';
import { latestOrdinal } from './dedupe.queries.js';

/** The hint from the read model `dedupe`. A database that does not answer knows nothing. */
export class ReadModelOrdinalHint extends OrdinalHint {
  constructor(private readonly database: Database) {
    super();
  }

  override async latestOrdinal(
    tenantId: TenantId,
    mode: LeadMode,
    phoneHash: string,
  ): Promise<number | null> {
    return inTenant(this.database, tenantId, (transaction) =>
      latestOrdinal(transaction, mode, phoneHash),
    ).catch(() => null);
  }
}
