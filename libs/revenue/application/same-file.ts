import { type TenantId } from '#libs/kernel';
import { type StatementTerms } from '../domain/opened-statement.js';
import { type StatementLookup } from './ports.js';
import { lineIdOf } from './statement-ids.js';

/** Lines that a file is recognised by. */
const LINES_MAX = 20;
/** Statements of a buyer that it is compared with, the latest. */
const STATEMENTS_MAX = 200;

/** The first lines of a statement, each as often as it is there once. */
export class FirstLines {
  readonly #texts = new Set<string>();

  get texts(): readonly string[] {
    return [...this.#texts];
  }

  note(texts: readonly string[]): void {
    for (const text of texts) {
      if (this.#texts.size >= LINES_MAX) return;
      this.#texts.add(text);
    }
  }
}

/**
 * The latest statement of the same buyer, brought in with another period, zone, unit or aliases,
 * that has the first lines of this one, or whose lines are all the first ones of this: a short file
 * that has grown since. `null` if none is known. The lines have ids of their own in each statement,
 * so nothing else stops them from counting twice. As far as the read side shows.
 */
export async function sameFileAs(
  lookup: StatementLookup,
  tenantId: TenantId,
  { statementId, destinationId }: StatementTerms,
  first: FirstLines,
): Promise<string | null> {
  const { texts } = first;
  if (texts.length === 0) return null;
  const latest = await lookup.ofDestination(tenantId, destinationId, STATEMENTS_MAX);
  const others = latest
    .filter((id) => id !== statementId)
    .map((id) => ({ id, lineIds: texts.map((text) => lineIdOf(id, text)) }));
  const asked = others.flatMap(({ lineIds }) => lineIds);
  if (asked.length === 0) return null;
  const known = await lookup.knownLines(tenantId, asked);
  for (const { id, lineIds } of others) {
    const common = lineIds.filter((lineId) => known.has(lineId)).length;
    if (common === texts.length) return id;
    const beginsSo = common > 0 && lineIds.slice(0, common).every((lineId) => known.has(lineId));
    if (beginsSo && (await lookup.countLines(tenantId, id)) === common) return id;
  }
  return null;
}
