import { type Decider } from '#libs/kernel';
import { type AliasAdditions } from './alias-map.decider.js';
import { type StatementEvent } from './statement.events.js';

/** What a statement is of, and how its lines are read. Instants are ISO-8601 UTC. */
export type StatementTerms = Omit<StatementEvent['data'], 'openedAt'>;

/** What whoever brings a statement in says of it. */
export interface SaidTerms extends Omit<StatementTerms, 'statementId' | 'currency'> {
  /** ISO 4217, where lines do not say; `null`: as agreed with the destination. */
  readonly currency: string | null;
}

/** A statement’s history, folded; `null` before it was brought in. */
export type OpenedStatement = StatementTerms | null;

/** A statement is brought in. */
export interface OpenStatement {
  readonly type: 'OpenStatement';
  readonly terms: StatementTerms;
  /** ISO-8601 UTC. */
  readonly at: string;
}

function open({ terms, at }: OpenStatement, opened: OpenedStatement): StatementEvent[] {
  if (opened !== null) return [];
  return [{ type: 'StatementOpened', data: { ...terms, openedAt: at } }];
}

/** Notes that there is a statement; bringing it in again changes nothing. */
export const statementDecider: Decider<OpenedStatement, OpenStatement, StatementEvent> = {
  initialState: () => null,
  decide: open,
  evolve: (_, { data }) => data,
};

/**
 * By which names its lines are read: what it says of its columns comes before the tenant’s names.
 */
export function withNamesOf(
  { aliases }: Pick<StatementTerms, 'aliases'>,
  additions: AliasAdditions,
): AliasAdditions {
  if (aliases.length === 0) return additions;
  return { ...additions, aliases: [...aliases, ...additions.aliases] };
}
