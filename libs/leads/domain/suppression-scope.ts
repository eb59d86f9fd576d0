/**
 * Whom an entry of the suppression list binds (CO-4). `tenant`: everybody, so that nobody calls.
 * `brand`: leads collected or called under a name. `seller`: a buyer by name, to whom the consumer
 * is then not handed; others may still call.
 */
export const SUPPRESSION_SCOPES = ['tenant', 'brand', 'seller'] as const;

/** One of them. */
export type SuppressionScope = (typeof SUPPRESSION_SCOPES)[number];

/** Whom an entry binds, by name where it does not bind everybody. */
export interface SuppressionBinding {
  readonly scope: SuppressionScope;
  /** The brand or seller, as the caller spelled it; `null` for the whole tenant. */
  readonly scopeName: string | null;
}

/** The default: nobody calls. */
export const WHOLE_TENANT: SuppressionBinding = { scope: 'tenant', scopeName: null };

/**
 * By what names are compared: neither case nor white space tells two brands apart, nor which of
 * Unicode's forms a letter comes in (CO-11).
 */
export function nameKey(name: string): string {
  return name.normalize('NFKC').replace(/\s+/gu, '').toLowerCase();
}

/**
 * The names under which a lead was collected: its source, for want of anything closer. A list,
 * since a brand that leads name themselves would come beside it.
 */
export function brandsOfLead({ source }: { readonly source: string | null }): string[] {
  return source === null ? [] : [source];
}
