import { type Command } from 'commander';
import { defineAction } from '../command-action.js';
import { type CommandResult } from '../output.js';

/** `leadledger migrate` */
export function addMigrateCommand(program: Command): void {
  const command = program
    .command('migrate')
    .summary('bring the database to the form this version needs')
    .description(
      'Makes or changes the tables of the database that DATABASE_URL names. Safe to repeat, and to ' +
        'run several times at once. start does it by itself.',
    );
  defineAction(command, ['migrate'], migrateDatabase);
}

async function migrateDatabase(): Promise<CommandResult> {
  const [{ processSettings }, { findDatabase }, { migrate }, { liveProjections }] =
    await Promise.all([
      import('#libs/settings'),
      import('../connection/find-servers.js'),
      import('#libs/read-db'),
      import('../../worker/live-projections.js'),
    ]);
  await migrate(await findDatabase(processSettings()), liveProjections);
  const readModels = liveProjections.map(({ name }) => name);
  return {
    text: `The database is up to date, with the read models ${readModels.join(', ')}.`,
    json: { migrated: true, readModels },
  };
}
