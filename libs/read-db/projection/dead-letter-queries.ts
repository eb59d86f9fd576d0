import { type Selectable, sql } from 'kysely';
import { type Database } from '../database.js';
import { asOperator } from '../operator.js';
import { type Page, type PageRequest, pageSize, readCursor, toPage } from '../page-cursor.js';
import { type ProjectionDeadLetterTable } from '../tables.js';
import { noTenant } from '../tenant.js';
import { type DeadLetter, type DeadLetterCount, type DeadLetterSequence } from './dead-letter.js';

/** Which dead letters to list. */
export interface DeadLetterFilter extends PageRequest {
  /** Of a projection; of all unless told. */
  readonly name?: string;
  /** Of one of its builds; of all unless told. */
  readonly build?: number;
  /** `parked` unless told. */
  readonly state?: DeadLetter['state'];
}

const sequenceId = sql<string>`concat_ws(' ', name, build, key)`;

/** The keys with dead letters, those parked last first, each with the first of its letters. */
export async function listDeadLetters(
  database: Database,
  filter: DeadLetterFilter = {},
): Promise<Page<DeadLetterSequence>> {
  const { name, build, state = 'parked', cursor } = filter;
  const size = pageSize(filter);
  const place = cursor === undefined ? null : readCursor(cursor);
  const rows = await asOperator(database, (transaction) =>
    transaction
      .with('sequence', (filtered) =>
        filtered
          .selectFrom('projectionDeadLetter')
          .distinctOn(['name', 'build', 'key'])
          .selectAll()
          .select(sequenceId.as('id'))
          .select(
            sql<number>`(count(*) over (partition by name, build, key))::integer`.as('letters'),
          )
          .where('state', '=', state)
          .$if(name !== undefined, (query) => query.where('name', '=', name as string))
          .$if(build !== undefined, (query) => query.where('build', '=', build as number))
          .orderBy('name')
          .orderBy('build')
          .orderBy('key')
          .orderBy('position'),
      )
      .selectFrom('sequence')
      .selectAll()
      .$if(place !== null, (query) =>
        query.where(sql<boolean>`(parked_at, id) < (${place?.at}, ${place?.id})`),
      )
      .orderBy('parkedAt', 'desc')
      .orderBy('id', 'desc')
      .limit(size + 1)
      .execute(),
  );
  const page = toPage(rows, size, ({ parkedAt, id }) => ({ at: parkedAt, id }));
  return {
    ...page,
    items: page.items.map((row) => ({ ...toDeadLetter(row), letters: row.letters })),
  };
}

/** Which letters to show. */
export interface DeadLetterKey {
  readonly name: string;
  readonly build: number;
  readonly key: string;
}

/** Letters shown of one key at most. */
const shownMax = 1_000;

/** The letters of a key in the order of the log, skipped ones included; the first 1,000 of them. */
export async function showDeadLetter(
  database: Database,
  { name, build, key }: DeadLetterKey,
): Promise<DeadLetter[]> {
  const rows = await asOperator(database, (transaction) =>
    transaction
      .selectFrom('projectionDeadLetter')
      .selectAll()
      .where('name', '=', name)
      .where('build', '=', build)
      .where('key', '=', key)
      .orderBy('position')
      .limit(shownMax)
      .execute(),
  );
  return rows.map(toDeadLetter);
}

/** How many dead letters each build has; builds without any are not named. */
export function countDeadLetters(database: Database): Promise<DeadLetterCount[]> {
  const distinct = (column: string, state: string) =>
    sql<number>`(count(distinct ${sql.ref(column)}) filter (where state = ${state}))::integer`;
  return asOperator(database, (transaction) =>
    transaction
      .selectFrom('projectionDeadLetter')
      .select(['name', 'build'])
      .select(distinct('key', 'parked').as('keys'))
      .select(distinct('position', 'parked').as('parked'))
      .select(distinct('position', 'skipped').as('skipped'))
      .groupBy(['name', 'build'])
      .orderBy('name')
      .orderBy('build')
      .execute(),
  );
}

function toDeadLetter(row: Selectable<ProjectionDeadLetterTable>): DeadLetter {
  const { name, build, key, position, eventId, eventType, stream, revision, reason } = row;
  const { state, parkedAt, handledAt, handledBy, note } = row;
  const tenantId = row.tenantId === noTenant ? null : row.tenantId;
  return {
    ...{ name, build, key, position, eventId, eventType, stream, revision, tenantId, reason },
    ...{ state, parkedAt, handledAt, handledBy, note },
  };
}
