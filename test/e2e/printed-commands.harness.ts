import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { until } from '#libs/testing';

const run = promisify(execFile);

/** A command as documentation prints it, and what follows it there. */
export interface PrintedStep {
  readonly command: string;
  readonly answer: unknown;
  /** Variables the reader is told to keep, and where in the answer each is, e.g. `lines[0].url`. */
  readonly keeps: readonly { readonly variable: string; readonly field: string }[];
}

/** Every command in a page that is printed with its answer, and how many commands there are. */
export async function printedSteps(
  path: string,
): Promise<{ steps: PrintedStep[]; commands: number }> {
  const page = await readFile(new URL(`../../docs/${path}`, import.meta.url), 'utf8');
  const found = [...page.matchAll(/```sh\n([\s\S]*?)```\n+```json\n([\s\S]*?)```/g)];
  const steps = found.map(([, command = '', answer = ''], index) => ({
    ...{ command, answer: JSON.parse(answer) as unknown },
    keeps: keepsIn(page.slice(found[index]?.index, found[index + 1]?.index)),
  }));
  return { steps, commands: page.match(/```sh/g)?.length ?? 0 };
}

function keepsIn(text: string): PrintedStep['keeps'] {
  return [...text.matchAll(/^export (\w+)=<([\w.[\]]+)>$/gm)].map(
    ([, variable = '', field = '']) => ({
      variable,
      field,
    }),
  );
}

/** Runs a printed command in a shell; what it answers. */
export async function answerTo({ command }: PrintedStep, env: NodeJS.ProcessEnv): Promise<unknown> {
  const { stdout } = await run('bash', ['-c', command], { env });
  return JSON.parse(stdout) as unknown;
}

/** What the reader is told to keep of an answer. */
export function keptOf({ keeps }: PrintedStep, answer: unknown): Record<string, string> {
  return Object.fromEntries(keeps.map(({ variable, field }) => [variable, at(answer, field)]));
}

function at(answer: unknown, path: string): string {
  const names = path.split(/[.[\]]+/).filter((name) => name !== '');
  return String(names.reduce(memberOf, answer));
}

function memberOf(value: unknown, name: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[name];
}

/**
 * Runs a printed command; what it answers if that is as printed, else what differs. What only asks
 * is asked again until a call or a read model has gone its way, as a reader would.
 */
export async function printedAnswer(step: PrintedStep, env: NodeJS.ProcessEnv) {
  let answer: unknown;
  let shape = '';
  const expected = JSON.stringify(shapeOf(step.answer), null, 1);
  const asPrinted = until(`${step.command} to answer as printed`, async () => {
    answer = await oncePlaced(await answerTo(step, env), env);
    shape = JSON.stringify(shapeOf(asFarAsPrinted(answer, step.answer)), null, 1);
    return shape === expected || /^curl.* -[XG] /.test(step.command);
  });
  await asPrinted.catch(() => undefined);
  return { answer, shape, expected };
}

/**
 * A report that there was no time to match while its sender waited, as on a busy machine, is
 * answered by what it came to after that.
 */
async function oncePlaced(answer: unknown, env: NodeJS.ProcessEnv): Promise<unknown> {
  if (!isObject(answer) || answer['reason'] !== 'not_matched_yet') return answer;
  const id = String(answer['postback_id']);
  const command = `curl -s "$LEADLEDGER_URL/v1/postbacks/${id}" -H "Authorization: Bearer $LEADLEDGER_KEY"`;
  return until(`${id} to be matched`, async () => {
    const { stdout } = await run('bash', ['-c', command], { env });
    const { status, reason, transfer_id, reading } = JSON.parse(stdout) as MatchedReport;
    const place = transfer_id === null ? { reason } : { transfer_id };
    const { warnings } = reading;
    return status !== 'received' && { outcome: status, postback_id: id, ...place, warnings };
  });
}

interface MatchedReport {
  readonly status: string;
  readonly reason: string | null;
  readonly transfer_id: string | null;
  readonly reading: { readonly warnings: readonly unknown[] };
}

const FIXED = [
  ...['outcome', 'status', 'code', 'ineligible_reasons', 'scopes', 'state', 'mode'],
  ...['disposition', 'obstacles', 'stopped', 'paused_sources'],
  ...['rule', 'reason', 'amount', 'confirmed', 'match_rate', 'match_confirmed', 'map_version'],
];

/** Texts, numbers and times become what kind of thing they are; words with a meaning stay. */
export function shapeOf(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => shapeOf(item, name)).slice(0, 1);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, shapeOf(member, key)]),
    );
  }
  return FIXED.includes(name) ? value : value === null ? null : typeof value;
}

/** Of an answer, what is printed of it, for pages that shorten answers. */
export function asFarAsPrinted(answer: unknown, printed: unknown): unknown {
  if (Array.isArray(printed) && Array.isArray(answer)) {
    return answer.map((item) => asFarAsPrinted(item, printed[0]));
  }
  if (!isObject(printed) || !isObject(answer)) return answer;
  const fields = Object.entries(printed).map(([key, member]) => [
    key,
    asFarAsPrinted(answer[key], member),
  ]);
  return Object.fromEntries(fields) as unknown;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
