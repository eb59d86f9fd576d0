import { type TenantId } from '#libs/kernel';
import { inTenant } from '#libs/read-db';
import {
  type ListedStatement,
  listStatements,
  type StatementFilter,
} from '#projections/statement-list';
import { type StackConnection } from '../connection/stack-connection.js';
import { knownTenant } from './known-tenant.js';

const PAGE_MAX = 200;

/** The statements of a tenant that fit, the last brought in first; all of them. */
export async function statementsOf(
  { runner, database }: StackConnection,
  tenantId: TenantId,
  filter: StatementFilter,
): Promise<ListedStatement[]> {
  await knownTenant(runner, tenantId);
  const statements: ListedStatement[] = [];
  let cursor: string | null | undefined;
  do {
    const place = { limit: PAGE_MAX, ...(typeof cursor === 'string' && { cursor }) };
    const page = await inTenant(database, tenantId, (transaction) =>
      listStatements(transaction, filter, place),
    );
    statements.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return statements;
}
