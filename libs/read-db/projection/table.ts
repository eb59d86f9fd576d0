/** The type of a column: how Postgres calls it, and what it holds in memory. */
export interface Column<Value> {
  readonly sql: string;
  readonly nullable: boolean;
  /** Only for types. */
  readonly value?: Value;
}

type AnyColumns = Readonly<Record<string, Column<unknown>>>;

/** What a row of such columns holds: strings, integers, bigints; instants as ISO-8601 UTC. */
export type RowOf<Columns extends AnyColumns> = {
  readonly [Name in keyof Columns]: Columns[Name] extends Column<infer Value> ? Value : never;
};

/**
 * The table of a projection. Names are camelCase here and snake_case in SQL. Every row belongs to a
 * tenant, who is part of the key.
 */
export interface ReadModelTable<
  Columns extends AnyColumns = AnyColumns,
  Key extends keyof Columns & string = keyof Columns & string,
> {
  readonly columns: Columns;
  readonly key: readonly Key[];
  readonly indexes: readonly (readonly string[])[];
  readonly partialIndexes: readonly PartialIndex[];
}

/** Of a column: whatever it has, as long as it has something. */
export const present = Symbol('present');

/** An index of those rows alone that have these values: the others cost it nothing. */
export interface PartialIndex<Name extends string = string> {
  readonly where: Readonly<Partial<Record<Name, string | boolean | typeof present>>>;
  /** As in the other indexes, without columns that are the same in all its rows. */
  readonly columns: readonly (Name | `${Name} desc`)[];
}

/** A row of a table. */
export type Row<Table> = Table extends { readonly columns: infer Columns extends AnyColumns }
  ? RowOf<Columns>
  : never;

/** What names one row of a table. */
export type RowKey<Table> =
  Table extends ReadModelTable<infer Columns, infer Key> ? Pick<RowOf<Columns>, Key> : never;

/**
 * Declares the table of a projection.
 *
 * `indexes` list columns, each with ` desc` after it where the order matters; a list of words alone
 * is found by any of its words (`&&`). A query goes by one of the `partialIndexes` only if it asks
 * for the values of its rows.
 */
export function defineTable<
  Columns extends AnyColumns & { readonly tenantId: Column<string> },
  const Keys extends readonly (keyof Columns & string)[],
>(table: {
  readonly columns: Columns;
  readonly key: readonly ['tenantId', ...Keys];
  readonly indexes?: readonly (readonly (
    (keyof Columns & string) | `${keyof Columns & string} desc`
  )[])[];
  readonly partialIndexes?: readonly PartialIndex<keyof Columns & string>[];
}): ReadModelTable<Columns, Keys[number] | 'tenantId'> {
  const { columns, key, indexes = [], partialIndexes = [] } = table;
  return { columns, key, indexes, partialIndexes };
}

/** Text; `text<'a' | 'b'>()` for one of some words. */
export function text<Value extends string = string>(): Column<Value> {
  return { sql: 'text', nullable: false };
}

/** A whole number below 2^31. */
export function integer(): Column<number> {
  return { sql: 'integer', nullable: false };
}

/** A whole number below 2^63: revisions and positions of the log. */
export function bigInteger(): Column<bigint> {
  return { sql: 'bigint', nullable: false };
}

/** Yes or no. */
export function boolean(): Column<boolean> {
  return { sql: 'boolean', nullable: false };
}

/** An instant, ISO-8601 UTC with milliseconds, as events carry it. */
export function instant(): Column<string> {
  return { sql: 'timestamptz', nullable: false };
}

/** A list of words. */
export function textList<Value extends string = string>(): Column<readonly Value[]> {
  return { sql: 'text[]', nullable: false };
}

/** Any JSON value; keys come back in another order. */
export function json<Value>(): Column<Value> {
  return { sql: 'jsonb', nullable: false };
}

/** The same column, or null. */
export function nullable<Value>(column: Column<Value>): Column<Value | null> {
  return { sql: column.sql, nullable: true };
}

/** The SQL name of a column: `phoneHash` is phone_hash. */
export function columnName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
