import { type Command, Option } from 'commander';
import { type DeadLetter } from '#libs/read-db';
import { defineAction } from '../command-action.js';
import { type CommandResult } from '../output.js';
import { onStack } from './on-stack.js';
import { positiveInteger } from './option-values.js';
import { deadLettersText, lettersText } from './projections-text.js';

/** `leadledger projections dead-letters …` */
export function addDeadLettersCommands(projections: Command): void {
  const letters = projections
    .command('dead-letters')
    .summary('see, retry and skip events that could not be applied')
    .description(
      'An event that a read model cannot apply is parked with every later event of the same row; ' +
        'all other rows go on.',
    );
  addList(letters);
  addShow(letters);
  addRetry(letters);
  addSkip(letters);
}

function addList(letters: Command): void {
  const command = letters
    .command('list')
    .argument('[name]', 'of this read model only')
    .summary('list rows whose events wait')
    .description('Lists the rows whose events wait, the event that failed of each.')
    .option('--build <n>', 'of this build only', positiveInteger)
    .addOption(
      new Option('--state <state>', 'parked: they wait; skipped: they were given up')
        .choices(['parked', 'skipped'])
        .default('parked'),
    )
    .option('--limit <n>', 'how many rows, 200 at most', positiveInteger)
    .option('--cursor <text>', 'nextCursor of the page before');
  const examples = ['projections dead-letters list', 'projections dead-letters list lead_list'];
  defineAction(command, examples, list);
}

const key = ['<key>', 'the row, as list shows it; in quotes'] as const;
const buildOption = ['--build <n>', 'which build; the served one if left out'] as const;

function addShow(letters: Command): void {
  const command = letters
    .command('show')
    .argument('<name>', 'the read model')
    .argument(...key)
    .summary('show the events of one row that wait')
    .description('Shows the event that failed and those that wait behind it.')
    .option(...buildOption, positiveInteger);
  defineAction(command, ['projections dead-letters show lead_list "<key>"'], show);
}

function addRetry(letters: Command): void {
  const command = letters
    .command('retry')
    .argument('<name>', 'the read model')
    .argument(...key)
    .summary('apply them again')
    .description('Applies the events of the row again, in order, after their cause is removed.')
    .option(...buildOption, positiveInteger);
  defineAction(command, ['projections dead-letters retry lead_list "<key>"'], retry);
}

function addSkip(letters: Command): void {
  const command = letters
    .command('skip')
    .argument('<name>', 'the read model')
    .argument(...key)
    .summary('give the event that failed up')
    .description(
      'Leaves the event that failed out for good, in later rebuilds too, and applies those behind ' +
        'it. Who did it and why is kept.',
    )
    .requiredOption('--reason <text>', 'why, for the record; needed')
    .option(...buildOption, positiveInteger);
  const examples = ['projections dead-letters skip lead_list "<key>" --reason "faulty import"'];
  defineAction(command, examples, skip);
}

interface ListOptions {
  readonly build?: number;
  readonly state: 'parked' | 'skipped';
  readonly limit?: number;
  readonly cursor?: string;
}

async function list(name: string | undefined, options: ListOptions): Promise<CommandResult> {
  const { build, state, limit, cursor } = options;
  const filter = {
    state,
    ...(name !== undefined && { name }),
    ...(build !== undefined && { build }),
    ...(limit !== undefined && { limit }),
    ...(cursor !== undefined && { cursor }),
  };
  const { items, nextCursor } = await onStack((stack, { listDeadLetters }) =>
    listDeadLetters(stack, filter),
  );
  const text = deadLettersText(items, `No event is ${state}.`);
  const more = nextCursor === null ? '' : `\nThere are more: --cursor ${nextCursor}`;
  return { text: text + more, json: { deadLetters: items, nextCursor } };
}

interface BuildOptions {
  readonly build?: number;
}

async function show(name: string, rowKey: string, { build }: BuildOptions): Promise<CommandResult> {
  const found = await onStack((stack, { deadLettersOf }) =>
    deadLettersOf(stack, { name, build, key: rowKey }),
  );
  return { text: lettersText(found.letters), json: { name, key: rowKey, ...found } };
}

function retry(name: string, rowKey: string, options: BuildOptions): Promise<CommandResult> {
  return settle('retry', name, rowKey, options, {});
}

function skip(
  name: string,
  rowKey: string,
  { reason, ...options }: BuildOptions & { readonly reason: string },
): Promise<CommandResult> {
  return settle('skip', name, rowKey, options, { reason });
}

async function settle(
  action: 'retry' | 'skip',
  name: string,
  rowKey: string,
  options: BuildOptions,
  details: Readonly<Record<string, unknown>>,
): Promise<CommandResult> {
  const { build, before, after } = await onStack(async (stack, operations) => {
    const row = { name, build: options.build, key: rowKey };
    const found = await operations.deadLettersOf(stack, row);
    const order = { action, name, build: found.build, details: { ...details, key: rowKey } };
    await operations.askWorker(stack, order);
    const left = await operations
      .deadLettersOf(stack, { ...row, build: found.build })
      .catch(() => ({ letters: [] }));
    return { build: found.build, before: parkedOf(found.letters), after: parkedOf(left.letters) };
  });
  const waits = after === 0 ? 'None waits any more.' : `${after} still wait.`;
  return {
    text: `${before - after} of ${before} events of ${rowKey} are settled. ${waits}`,
    json: { action, name, build, key: rowKey, settled: before - after, parked: after },
  };
}

function parkedOf(letters: readonly DeadLetter[]): number {
  return letters.filter(({ state }) => state === 'parked').length;
}
