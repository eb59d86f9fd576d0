import { type TenantId } from '#libs/kernel';
import { v5 as uuidv5 } from 'uuid';
import { type SaidTerms } from '../domain/opened-statement.js';

/** Namespace of the ids of statements; drawn once, permanent. */
const STATEMENTS = 'b6d0c1f4-52a7-4e0b-8c39-1f7e9a4d6203';

/**
 * A statement is known by whose it is, its period and how its columns are read. Not by its currency:
 * the same file is the same statement, whether that is said with it or was agreed before.
 */
export function statementIdOf(tenantId: TenantId, terms: SaidTerms): string {
  const { destinationId, from, to, amountUnit, timeZone } = terms;
  const aliases = terms.aliases.map(({ field, name }) => [field, name]);
  const what = [tenantId, destinationId, from, to, amountUnit, timeZone, aliases];
  return uuidv5(JSON.stringify(what), STATEMENTS);
}

/** The id of the first line of a statement that says this. */
export function lineIdOf(statementId: string, text: string): string {
  return uuidv5(text, statementId);
}

/**
 * Gives the lines of a statement their ids as reports: by what they say, and not by where they
 * stand, so that a longer version of a statement brings only what is new in it. A line that is
 * there twice is two reports.
 */
export class LineIds {
  /** By the id of the first line that says it, how many did. */
  readonly #seen = new Map<string, number>();

  constructor(private readonly statementId: string) {}

  next(text: string): string {
    const first = lineIdOf(this.statementId, text);
    const before = this.#seen.get(first) ?? 0;
    this.#seen.set(first, before + 1);
    return before === 0 ? first : uuidv5(`again ${before}`, first);
  }
}
