import { type Command, InvalidArgumentError, Option } from 'commander';
import { open, writeFile } from 'node:fs/promises';
import { DomainError, type TenantId } from '#libs/kernel';
import { defineAction } from '../command-action.js';
import { type CommandResult } from '../output.js';
import { ProgressBar } from '../progress-bar.js';
import { onStack } from './on-stack.js';
import { tenantId } from './option-values.js';
import { differencesCsv, statementText } from './statement-text.js';

/** `leadledger statement <file>` */
export function addStatementCommand(program: Command): void {
  const command = program
    .command('statement')
    .argument('<file>', 'a CSV file with a header row')
    .summary('import a buyer’s statement and show in what it differs')
    .description(
      'Compares a statement with our ledger: what they lack, what we lack, and where amounts or ' +
        'durations differ. Its rows are stored and matched like postbacks; importing it again ' +
        'changes nothing, and tells the same.',
    )
    .requiredOption('--tenant <id>', 'whose ledger', tenantId)
    .requiredOption('--destination <id>', 'the destination whose buyer made it')
    .requiredOption('--from <when>', 'calls from then on: a date, or an instant (ISO-8601)', moment)
    .requiredOption('--to <when>', 'calls before then', moment)
    .option('--time-zone <zone>', 'of dates, and of times without a zone', zone, 'UTC')
    .option('--currency <code>', 'where rows do not say; else that of the destination', currency)
    .addOption(
      new Option('--amount-unit <unit>', 'whether names of columns tell the unit')
        .choices(['by_name', 'cents'])
        .default('by_name'),
    )
    .option('--alias <field=column>', 'what a column means; repeatable', aliases)
    .option('--differences <file>', 'where to write all differences, as CSV')
    .option('--preview', 'only compare, and store nothing')
    .addHelpText(
      'after',
      '\nColumns are read by the names that postbacks are read by: caller_id, payout, call_time, …\n' +
        'GET /v1/postback-aliases lists them, and the fields that --alias takes.',
    );
  const shared =
    'statement july.csv --tenant demo --destination 7f8e9d0c-1b2a-5c3d-8e4f-5a6b7c8d9e0f';
  const examples = [
    `${shared} --from 2026-07-01 --to 2026-08-01 --preview`,
    `${shared} --from 2026-07-01 --to 2026-08-01 --time-zone America/New_York --alias caller="Prospect Ph"`,
  ];
  defineAction(command, examples, statementCommand);
}

interface Alias {
  readonly field: string;
  readonly name: string;
}

interface StatementCommandOptions {
  readonly tenant: TenantId;
  readonly destination: string;
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly currency?: string;
  readonly amountUnit: 'by_name' | 'cents';
  readonly alias?: readonly Alias[];
  readonly differences?: string;
  readonly preview?: boolean;
}

async function statementCommand(
  path: string,
  options: StatementCommandOptions,
): Promise<CommandResult> {
  const { tenant, destination, differences: file, alias = [], preview = false, ...terms } = options;
  // Before anything is stored: whoever waited for a large statement would get nothing to read.
  if (file !== undefined) await assertWritable(file);
  const imported = await withProgress((show) =>
    onStack(async (stack, { countLines, importStatement }) => {
      const total = await countLines(path);
      return importStatement(stack, {
        ...{
          ...terms,
          path,
          tenantId: tenant,
          destinationId: destination,
          aliases: alias,
          preview,
        },
        onProgress: (done) => {
          show(done, total);
        },
      });
    }),
  );
  if (file !== undefined) await writeFile(file, differencesCsv(imported.differences));
  return { text: statementText(imported, preview), json: { preview, ...imported } };
}

async function assertWritable(path: string): Promise<void> {
  try {
    await (await open(path, 'a')).close();
  } catch (error) {
    throw new DomainError(
      'validation',
      'file_unwritable',
      `${path} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown'}). Name ` +
        'another file with --differences; nothing was imported.',
      { cause: error },
    );
  }
}

/** What takes longer than that shows how far it is. */
const QUIET_MS = 2_000;

async function withProgress<Result>(
  work: (show: (done: number, total: number) => void) => Promise<Result>,
): Promise<Result> {
  const bar = new ProgressBar();
  const startedAt = performance.now();
  try {
    return await work((done, total) => {
      if (performance.now() - startedAt > QUIET_MS) bar.show(done, total);
    });
  } finally {
    bar.end();
  }
}

function moment(text: string): string {
  const isMoment = /^\d{4}-\d{2}-\d{2}(T.*(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  if (isMoment && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError('Give a date, or an instant with a zone (2026-07-05T12:00:00Z).');
}

function zone(text: string): string {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: text });
    return text;
  } catch {
    throw new InvalidArgumentError('Give an IANA zone, such as America/New_York.');
  }
}

function currency(text: string): string {
  if (/^[A-Z]{3}$/.test(text)) return text;
  throw new InvalidArgumentError('Give three capital letters, such as USD.');
}

function aliases(text: string, before: readonly Alias[] = []): Alias[] {
  const [, field, name] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (field !== undefined && name !== undefined) return [...before, { field, name }];
  throw new InvalidArgumentError('Give a field and a column, such as caller="Prospect Ph".');
}
