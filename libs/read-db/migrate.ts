import { Migrator } from 'kysely';
import { connectDatabase } from './database.js';
import { toDatabaseFailure } from './database-errors.js';
import { migrations } from './migrations/index.js';
import { type Projection } from './projection/projection.js';
import { createReadModels } from './projection/read-model-tables.js';

/**
 * Brings a database to the form this program needs: roles, operational tables, and the tables of
 * these read models. Run as the user of the URL, who owns everything; needs CREATEROLE once.
 *
 * May run any number of times, and in several processes at once: the others wait.
 */
export async function migrate(url: string, readModels: readonly Projection[] = []): Promise<void> {
  const database = connectDatabase({
    url,
    role: 'owner',
    max: 2,
    applicationName: 'leadledger-migrate',
  });
  try {
    const migrator = new Migrator({
      db: database.kysely,
      provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw toDatabaseFailure(error) as Error;
    await createReadModels(database.kysely, readModels);
  } finally {
    await database.close();
  }
}
