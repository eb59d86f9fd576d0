/** What the api's role may do with a table, beside what row-level security leaves of it. */
export type ApiGrant = 'select' | 'insert' | 'update' | 'delete';

/**
 * The statements that limit a table with `tenant_id` to one tenant at a time, its owner included.
 *
 * Without a tenant set there are no rows: after a transaction Postgres leaves the setting empty,
 * not absent, hence the nullif. The select is evaluated once per statement instead of per row.
 */
export function tenantLimit(table: string): string {
  const ours = `tenant_id = (select nullif(current_setting('app.tenant', true), ''))`;
  return `
    alter table ${table} enable row level security;
    alter table ${table} force row level security;
    create policy tenant on ${table} using (${ours}) with check (${ours});`;
}

/**
 * {@link tenantLimit}, and what the roles may do with the table. The worker, who serves all
 * tenants, sees every row.
 *
 * Part of the shape of a read model's table: as a text it must stay as it is.
 */
export function tenantRowSecurity(table: string, apiGrants: readonly ApiGrant[]): string {
  return `${tenantLimit(table)}
    create policy worker on ${table} to leadledger_worker using (true) with check (true);
    grant select, insert, update, delete on ${table} to leadledger_worker;
    grant ${apiGrants.join(', ')} on ${table} to leadledger_api;`;
}
