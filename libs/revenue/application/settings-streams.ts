import { type TenantId } from '#libs/kernel';

/** What the names of tokens’ streams begin with, for filters on the log. */
export const POSTBACK_TOKEN_PREFIX = 'postbackToken-';
/** What the names of alias maps’ streams begin with, for filters on the log. */
export const ALIAS_MAP_PREFIX = 'aliasMap-';
/** What the names of statements’ streams begin with, for filters on the log. */
export const STATEMENT_PREFIX = 'statement-';

/** The stream of everything that happens to a token for buyers’ reports. */
export function postbackTokenStream(tokenId: string): string {
  return `${POSTBACK_TOKEN_PREFIX}${tokenId}`;
}

/** The stream of a tenant’s additions to the alias map. */
export function aliasMapStream(tenantId: TenantId): string {
  return `${ALIAS_MAP_PREFIX}${tenantId}`;
}

/** The stream of a buyer’s statement: what it is of, and how its lines are read. */
export function statementStream(statementId: string): string {
  return `${STATEMENT_PREFIX}${statementId}`;
}
