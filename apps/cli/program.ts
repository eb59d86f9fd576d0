import { Command } from 'commander';
import { addDialingCommands } from './commands/dialing.command.js';
import { addGenerateCommand } from './commands/generate.command.js';
import { addHistoryCommand } from './commands/history.command.js';
import { addImportCommand } from './commands/import.command.js';
import { addKeysCommands } from './commands/keys.command.js';
import { addMigrateCommand } from './commands/migrate.command.js';
import { addProjectionsCommands } from './commands/projections.command.js';
import { addReplayCommand } from './commands/replay.command.js';
import { addStatementCommand } from './commands/statement.command.js';
import { addStatementsCommand } from './commands/statements.command.js';
import { addStartCommand } from './commands/start.command.js';
import { addTenantsCommands } from './commands/tenants.command.js';

/** Every command there is. A new group is a file in commands/ and a line here. */
const groups = [
  addStartCommand,
  addTenantsCommands,
  addKeysCommands,
  addImportCommand,
  addStatementCommand,
  addStatementsCommand,
  addGenerateCommand,
  addHistoryCommand,
  addReplayCommand,
  addDialingCommands,
  addProjectionsCommands,
  addMigrateCommand,
];

/**
 * The command line of Leadledger. Parsing throws `CommanderError` instead of ending the process.
 */
export function createProgram(): Command {
  const program = new Command('leadledger')
    .description('Leads on an event log: run the stack, manage keys, look into histories.')
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText('after', examples);
  for (const add of groups) add(program);
  return program;
}

const examples = `
Every command takes --json; the last line of its output is then one JSON object.
All but start work on the stack of DATA_DIR (./data), or on the servers that EVENTSTORE_URL,
DATABASE_URL and MASTER_KEY name.

Examples:
  npm start
  npm run -s leadledger -- keys create --tenant demo --scope read --scope write
  npm run -s leadledger -- history 0b1c9e52-6d0f-8a3e-9f57-2f4f6c1d7a10
  npm run -s leadledger -- keys list --help`;
