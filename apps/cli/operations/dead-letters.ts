import { DomainError } from '#libs/kernel';
import {
  type DeadLetter,
  type DeadLetterFilter,
  type DeadLetterSequence,
  listDeadLetters as listPage,
  type Page,
  showDeadLetter,
} from '#libs/read-db';
import { type StackConnection } from '../connection/stack-connection.js';
import { projectionsStatus } from './projections.js';

/** The letters of one row of a read model. */
export interface LettersOfRow {
  readonly name: string;
  /** The build that is served, unless told. */
  readonly build?: number | undefined;
  readonly key: string;
}

/** A page of dead letters, by the rows they would change. */
export function listDeadLetters(
  { database }: StackConnection,
  filter: DeadLetterFilter,
): Promise<Page<DeadLetterSequence>> {
  return listPage(database, filter);
}

/** The letters of a row and which build they are of. Rejects with `dead_letter_not_found`. */
export async function deadLettersOf(
  stack: StackConnection,
  { name, build, key }: LettersOfRow,
): Promise<{ readonly build: number; readonly letters: readonly DeadLetter[] }> {
  const chosen = build ?? (await servedBuild(stack, name));
  const letters = await showDeadLetter(stack.database, { name, build: chosen, key });
  if (letters.length > 0) return { build: chosen, letters };
  throw new DomainError(
    'not_found',
    'dead_letter_not_found',
    `Build ${chosen} of ${name} has no dead letter under ${key}; see projections dead-letters list.`,
  );
}

async function servedBuild(stack: StackConnection, name: string): Promise<number> {
  const { projections } = await projectionsStatus(stack);
  const served = projections.find((projection) => projection.name === name)?.serving;
  if (served !== undefined && served !== null) return served.build;
  const names = projections.map((projection) => projection.name).join(', ');
  throw new DomainError(
    'not_found',
    'projection_not_found',
    `There is no read model ${name}; there are ${names}.`,
  );
}
