import { type Command } from 'commander';
import { readyBanner } from '../supervisor/banner.js';
import { Progress } from '../supervisor/progress.js';

const about =
  'Starts everything and keeps it running until Ctrl-C: the database and the event store (unless ' +
  'DATABASE_URL and EVENTSTORE_URL name servers of your own), the worker and the api. The first ' +
  'start makes a sandbox tenant "demo" with a key. Settings: docs/reference/configuration.md.';

const examples = `
Examples:
  npm start
  PORT=8080 DATA_DIR=/srv/leadledger npm start
  npm run -s leadledger -- start --json`;

/** `leadledger start` */
export function addStartCommand(program: Command): void {
  program
    .command('start')
    .summary('run the whole stack')
    .description(about)
    .option('--json', 'print one JSON object when everything runs')
    .addHelpText('after', examples)
    .action(start);
}

async function start({ json = false }: { json?: boolean }): Promise<void> {
  const [{ processSettings }, { runStack }] = await Promise.all([
    import('#libs/settings'),
    import('../supervisor/run-stack.js'),
  ]);
  const settings = processSettings();
  const { dataDir } = settings;
  await runStack({
    settings,
    progress: new Progress(json ? process.stderr : process.stdout),
    report: (sentence) => process.stderr.write(`leadledger: ${sentence}\n`),
    ready: ({ plan: { publicUrl }, demoKey }) => {
      const facts = { apiUrl: publicUrl, docsUrl: `${publicUrl}/docs`, dataDir, demoKey };
      process.stdout.write(
        json ? `${JSON.stringify(facts)}\n` : readyBanner({ publicUrl, dataDir, demoKey }),
      );
    },
  });
}
