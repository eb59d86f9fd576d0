/**
 * Who sent a hit, in SQL: how its token, its destination, and whether it is of a statement are
 * told.
 */
export interface SenderInSql {
  readonly token: string;
  readonly destination: string;
  readonly isStatement: string;
}

/** Who sent a hit of the table. The token of one of a statement is the statement. */
export const senderOfHit = (hit: string): SenderInSql => ({
  ...{ token: `${hit}.token_id`, destination: `${hit}.destination_id` },
  isStatement: `${hit}.method = 'IMPORT'`,
});

/**
 * Whether two are the same one, who gives no call two names, as the rules of matching have it
 * (`speakAsOne` of `libs/revenue`; a law compares both).
 */
export function speakAsOneInSql(one: SenderInSql, other: SenderInSql): string {
  return `(${one.token} = ${other.token} or ${one.destination} = ${other.destination})`;
}

/**
 * Whether two give calls the same names, as the rules of matching have it (`sharesNames` of
 * `libs/revenue`; a law compares both). `to`: the destination of the transfer.
 */
export function sharesNamesInSql(one: SenderInSql, other: SenderInSql, to: string): string {
  const implied = `case when ${one.isStatement} or ${other.isStatement} then ${to} end`;
  const buyerOf = ({ destination }: SenderInSql) => `coalesce(${destination}, ${implied})`;
  return `(${one.token} = ${other.token} or ${buyerOf(one)} = ${buyerOf(other)})`;
}
