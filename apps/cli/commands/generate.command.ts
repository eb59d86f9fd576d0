import { type Command, InvalidArgumentError } from 'commander';
import { type TenantId } from '#libs/kernel';
import { type GeneratedHistories, type GenerationRun } from '#libs/leads';
import { defineAction } from '../command-action.js';
import { type CommandResult } from '../output.js';
import { count, ProgressBar } from '../progress-bar.js';
import { onStack } from './on-stack.js';
import { positiveInteger, tenantId } from './option-values.js';

const DAY_MS = 24 * 3_600_000;
const DAYS_MAX = 3_650;

/** `leadledger generate` */
export function addGenerateCommand(program: Command): void {
  const command = program
    .command('generate')
    .summary('write made-up leads with realistic histories')
    .description(
      'Writes made-up leads to the log of a sandbox tenant, with what happens to leads: ' +
        'repetitions, second leads after 30 days, consent brought later, opt-outs and their end.',
    )
    .requiredOption('--leads <n>', 'how many leads', positiveInteger)
    .option('--seed <n>', 'which leads: the same seed gives the same ones', positiveInteger, 1)
    .option('--tenant <id>', 'whose leads they are; a sandbox', tenantId, 'demo' as TenantId)
    .option('--days <n>', 'over how many days they came in', days, 90)
    .option(
      '--until <date>',
      'when the last of it happened; today’s first moment if left out',
      date,
    )
    .addHelpText('after', notes);
  const examples = [
    'generate --leads 1000',
    'generate --leads 750000 --days 365 --json',
    'generate --leads 5000 --seed 7 --tenant try-out --until 2026-06-01',
  ];
  defineAction(command, examples, generateCommand);
}

const notes = `
Nobody real is in it: phones have the exchange 555, which no telephone company owns, mail addresses
end in example.com, and only sandbox tenants, where every call is simulated, take the leads.
Dates are those of the events (occurredAt); the store records when it wrote them (recordedAt), and
"as of" and lag go by that. Each lead has about 1.3 events.
The same --leads, --seed, --days and --until give the same histories but for keys, where no worker
runs meanwhile: it decides on eligibility, too. Run again, the command adds what is missing and no
lead twice; stopped with Ctrl-C, it goes on like that. Seeds share their phones: a lead whose phone
another seed took already counts as there. Many leads are written at once, so how those of different
leads follow each other in the log is not fixed by the seed.`;

interface GenerateOptions {
  readonly leads: number;
  readonly seed: number;
  readonly tenant: TenantId;
  readonly days: number;
  readonly until?: Date;
}

async function generateCommand(options: GenerateOptions): Promise<CommandResult> {
  const { leads, seed, tenant, days: over } = options;
  const until = options.until ?? new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS);
  const from = new Date(until.getTime() - over * DAY_MS);
  const startedAt = performance.now();
  const generated = await withProgress(leads, (run) =>
    onStack((stack, { generateLeads }) =>
      generateLeads(stack, { tenantId: tenant, leads, seed, from, until }, run),
    ),
  );
  const seconds = Math.round(performance.now() - startedAt) / 1_000;
  const eventsPerSecond = Math.round(generated.events / seconds);
  return {
    text: resultText(generated, { leads, seconds, eventsPerSecond }),
    json: { tenant, seed, from, until, ...generated, seconds, eventsPerSecond },
  };
}

function resultText(
  { created, alreadyThere, events }: GeneratedHistories,
  run: { readonly leads: number; readonly seconds: number; readonly eventsPerSecond: number },
): string {
  const missing = run.leads - created - alreadyThere;
  return [
    `${count(created)} leads written, ${count(events)} events in ${run.seconds.toFixed(1)} s ` +
      `(${count(run.eventsPerSecond)}/s).`,
    ...(alreadyThere === 0 ? [] : [`${count(alreadyThere)} were there already.`]),
    ...(missing === 0 ? [] : [`${count(missing)} are missing: run the same command again.`]),
  ].join(' ');
}

/** Shows a progress bar on stderr; Ctrl-C ends the work after what is under way. */
async function withProgress(
  leads: number,
  work: (run: GenerationRun) => Promise<GeneratedHistories>,
): Promise<GeneratedHistories> {
  const stopping = new AbortController();
  const stop = () => {
    stopping.abort();
  };
  const bar = new ProgressBar();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const onProgress = (done: number) => {
      bar.show(done, leads);
    };
    onProgress(0);
    return await work({ signal: stopping.signal, onProgress });
  } finally {
    bar.end();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

function days(text: string): number {
  const value = positiveInteger(text);
  if (value > DAYS_MAX) throw new InvalidArgumentError(`Give at most ${DAYS_MAX} days.`);
  return value;
}

function date(text: string): Date {
  const instant = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : new Date(NaN);
  if (!Number.isNaN(instant.getTime())) return instant;
  throw new InvalidArgumentError('Give a date such as 2026-06-01, or an instant in ISO-8601.');
}
