import { type Command, InvalidArgumentError } from 'commander';
import { type TenantId } from '#libs/kernel';
import { type SurveyedFile } from '#libs/leads';
import { defineAction } from '../command-action.js';
import { type ImportRequest } from '../operations/import-leads.js';
import { type CommandResult } from '../output.js';
import { count, ProgressBar } from '../progress-bar.js';
import { mappingText, previewText } from './import-text.js';
import { onStack } from './on-stack.js';
import { tenantId } from './option-values.js';

/** `leadledger import <file>` */
export function addImportCommand(program: Command): void {
  const command = program
    .command('import')
    .argument('<file>', 'a CSV file with a header row')
    .summary('import leads from a CSV file')
    .description(
      'Imports the rows of a CSV file as leads and writes what became of each row to a file. ' +
        'Killed or stopped, it goes on where it ended when it is run again.',
    )
    .requiredOption('--tenant <id>', 'whose leads they are', tenantId)
    .option('--map <field=column>', 'which column fills a field; repeatable', fieldMapping)
    .option('--ignore <column>', 'a column not to store; repeatable', collected)
    .option('--source <name>', 'the source of rows that name none')
    .option('--dry-run', 'show how the file would be read, and store nothing')
    .option('--outcomes <file>', 'where to write outcomes; <file>.outcomes.csv if left out')
    .option('--restart', 'forget the outcome file and go through all rows again')
    .addHelpText(
      'after',
      '\nColumns nobody maps are mapped by their names; --dry-run shows how. What fits no field\n' +
        'is kept as a custom field. A restart makes no lead twice: rows are recognised.',
    );
  const examples = [
    'import leads.csv --tenant demo --dry-run',
    'import leads.csv --tenant demo --map phone="Best number" --ignore SSN --source list-7',
  ];
  defineAction(command, examples, importCommand);
}

interface ImportOptions {
  readonly tenant: TenantId;
  readonly map?: Readonly<Record<string, string>>;
  readonly ignore?: readonly string[];
  readonly source?: string;
  readonly dryRun?: boolean;
  readonly outcomes?: string;
  readonly restart?: boolean;
}

function fieldMapping(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const [, field, column] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (field === undefined || column === undefined) {
    throw new InvalidArgumentError('Give a field and a column, such as phone="Best number".');
  }
  if (Object.hasOwn(before, field)) throw new InvalidArgumentError(`${field} is mapped twice.`);
  return { ...before, [field]: column };
}

function collected(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

function importCommand(path: string, options: ImportOptions): Promise<CommandResult> {
  const request = {
    path,
    tenantId: options.tenant,
    source: options.source ?? null,
    mapping: { fields: options.map ?? {}, ignored: options.ignore ?? [] },
  };
  return options.dryRun === true ? dryRun(request) : realRun(request, options);
}

async function dryRun(request: ImportRequest): Promise<CommandResult> {
  const { file, preview } = await onStack((stack, { previewImport }) =>
    previewImport(stack, request),
  );
  const { importId, delimiter, mapping } = file;
  return {
    text: previewText(file, preview),
    json: { dryRun: true, importId, delimiter, mapping, ...preview },
  };
}

async function realRun(request: ImportRequest, options: ImportOptions): Promise<CommandResult> {
  const outcomes = options.outcomes ?? `${request.path}.outcomes.csv`;
  const startedAt = performance.now();
  const { file, counts } = await withProgress((signal, onProgress) =>
    onStack((stack, { importLeads }) =>
      importLeads(stack, request, {
        ...{ outcomes, signal, onProgress },
        restart: options.restart === true,
      }),
    ),
  );
  const seconds = Math.round(performance.now() - startedAt) / 1_000;
  const { created, duplicate, ineligible, error } = counts;
  return {
    text:
      `${count(file.rows)} rows: ${count(created)} created, ${count(duplicate)} duplicate, ` +
      `${count(ineligible)} ineligible, ${count(error)} in error. Each row is in ${outcomes}.`,
    json: { importId: file.importId, rows: file.rows, ...counts, outcomes, seconds },
  };
}

/**
 * Shows the mapping and a progress bar on stderr; Ctrl-C ends the import after the rows under way.
 */
async function withProgress<Result>(
  work: (
    signal: AbortSignal,
    onProgress: (done: number, file: SurveyedFile) => void,
  ) => Promise<Result>,
): Promise<Result> {
  const stopping = new AbortController();
  const stop = () => {
    stopping.abort();
  };
  const bar = new ProgressBar();
  let begun = false;
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await work(stopping.signal, (done, file) => {
      if (!begun) process.stderr.write(`${mappingText(file.mapping)}\n\n`);
      begun = true;
      bar.show(done, file.rows);
    });
  } finally {
    bar.end();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
