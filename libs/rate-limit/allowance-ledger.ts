import { type ApiKeyId, type TenantId } from '#libs/kernel';
import { type Database, inTenant } from '#libs/read-db';

/** A key and the window its allowance is for. */
export interface LeaseRequest {
  readonly tenantId: TenantId;
  readonly apiKeyId: ApiKeyId;
  /** Milliseconds since 1970. */
  readonly windowStart: number;
  readonly amount: number;
}

/** Where all api processes note how much of each key's allowance they have taken. */
export interface AllowanceLedger {
  /**
   * Adds `amount` to what is taken and returns the new sum, which may exceed the limit: what a
   * caller may use is the part of its `amount` below it.
   */
  lease(request: LeaseRequest): Promise<number>;
}

/** The ledger in table `rate_window`: one upsert per lease. */
export class PostgresAllowanceLedger implements AllowanceLedger {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async lease({ tenantId, apiKeyId, windowStart, amount }: LeaseRequest): Promise<number> {
    const row = { tenantId, apiKeyId, windowStart: new Date(windowStart), used: amount };
    const { used } = await inTenant(this.#database, tenantId, (transaction) =>
      transaction
        .insertInto('rateWindow')
        .values(row)
        .onConflict((conflict) =>
          conflict
            .columns(['tenantId', 'apiKeyId', 'windowStart'])
            .doUpdateSet((eb) => ({ used: eb('rateWindow.used', '+', amount) })),
        )
        .returning('used')
        .executeTakeFirstOrThrow(),
    );
    return used;
  }
}

/** Deletes windows that ended before `before`; for a connection in the worker's role. */
export async function sweepRateWindows(database: Database, before: Date): Promise<number> {
  const result = await database.kysely
    .deleteFrom('rateWindow')
    .where('windowStart', '<', before.toISOString())
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
