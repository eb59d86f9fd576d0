/** What the api's role may do with a table, beside what row-level security leaves of it. */
export type ApiGrant = 'select' | 'insert' | 'update' | 'delete';

/**
 * The statements that limit a table with `tenant_id` to one tenant at a time, its owner included.
 *
 * Without a tenant set there are no rows: after a transaction Postgres leaves the setting empty,
 * not absent, hence the nullif. The select is evaluated once per statement instead of per row. The
 * worker, who serves all tenants, sees every row.
 */
export function tenantRowSecurity(table: string, apiGrants: readonly ApiGrant[]): string {
  const ours = `tenant_id = (select nullif(current_setting('app.tenant', true), ''))`;
  return `
    alter table ${table} enable row level security;
    alter table ${table} force row level security;
    create policy tenant on ${table} using (${ours}) with check (${ours});
    create policy worker on ${table} to leadledger_worker using (true) with check (true);
    grant select, insert, update, delete on ${table} to leadledger_worker;
    grant ${apiGrants.join(', ')} on ${table} to leadledger_api;`;
}
