import { type RawBuilder, sql } from 'kysely';
import { type RevenueState } from './transfer-revenue.projection.js';

/** Which transfers are meant; what is left out does not filter, `null` is that there is none. */
export interface TransferRevenueFilter {
  readonly leadId?: string;
  /** `null`: hits may have none, transfers do not. */
  readonly destinationId?: string | null;
  readonly buyer?: string | null;
  readonly source?: string | null;
  /** By name, e.g. utm_source. */
  readonly campaign?: Readonly<Record<string, string | null>>;
  readonly state?: RevenueState;
  readonly billable?: boolean;
  readonly bridged?: boolean;
  /** Bridged from this instant on. ISO-8601. */
  readonly bridgedFrom?: string;
  /** Bridged before this one. ISO-8601. */
  readonly bridgedTo?: string;
  /** Whether a report says what it is worth. */
  readonly confirmed?: boolean;
  /** ISO 4217, of the estimate, of what is confirmed, or of what counts for nothing. */
  readonly currency?: string;
}

/** The filter as a condition on the columns of transfers as they are known. */
export function fits(filter: TransferRevenueFilter): RawBuilder<unknown> {
  const { bridged, bridgedFrom, bridgedTo, confirmed, currency, billable, campaign = {} } = filter;
  const is = (column: RawBuilder<unknown>, value: string | null) =>
    value === null ? sql`${column} is null` : sql`${column} = ${value}`;
  const texts = [
    ['lead_id', filter.leadId],
    ['destination_id', filter.destinationId],
    ['buyer', filter.buyer],
    ['source', filter.source],
    ['state', filter.state],
  ] as const;
  const conditions = [
    ...texts.flatMap(([column, value]) => (value === undefined ? [] : is(sql.ref(column), value))),
    ...Object.entries(campaign).map(([name, value]) => is(sql`campaign ->> ${name}`, value)),
    ...(billable === undefined ? [] : [sql`billable = ${billable}`]),
    ...(bridged === undefined ? [] : [sql`(bridged_at is not null) = ${bridged}`]),
    ...(bridgedFrom === undefined ? [] : [sql`bridged_at >= ${bridgedFrom}::timestamptz`]),
    ...(bridgedTo === undefined ? [] : [sql`bridged_at < ${bridgedTo}::timestamptz`]),
    ...(confirmed === undefined ? [] : [sql`(confirmed_minor is not null) = ${confirmed}`]),
    ...(currency === undefined ? [] : [isIn(currency)]),
  ];
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

function isIn(currency: string): RawBuilder<unknown> {
  const uncounted = JSON.stringify([{ currency }]);
  return sql`(${currency} in (currency, confirmed_currency) or uncounted @> ${uncounted}::jsonb)`;
}
