import { type TenantId } from '#libs/kernel';
import { type Database, inTenant } from '#libs/read-db';
import { StatementLookup } from '#libs/revenue';
import { countLines, knownLines, statementsOfDestination } from './statement-list.queries.js';

/** A tenant’s statements from the read models `statement_list` and `postback_inbox`. */
export class ReadModelStatementLookup extends StatementLookup {
  constructor(private readonly database: Database) {
    super();
  }

  override ofDestination(
    tenantId: TenantId,
    destinationId: string,
    limit: number,
  ): Promise<readonly string[]> {
    return inTenant(this.database, tenantId, (transaction) =>
      statementsOfDestination(transaction, destinationId, limit),
    );
  }

  override knownLines(
    tenantId: TenantId,
    lineIds: readonly string[],
  ): Promise<ReadonlySet<string>> {
    return inTenant(this.database, tenantId, (transaction) => knownLines(transaction, lineIds));
  }

  override countLines(tenantId: TenantId, statementId: string): Promise<number> {
    return inTenant(this.database, tenantId, (transaction) => countLines(transaction, statementId));
  }
}
