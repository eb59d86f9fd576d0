import { FieldReader, type TextRule } from '#libs/fields';
import { type ConcludeConversation } from './calls.commands.js';
import { optOutIn } from './opt-out-words.js';
import { type ScriptContent } from './script.events.js';
import { WORD } from './script-questions.js';
import { wordsOf } from './spoken-words.js';

/** What an agent may say a conversation came to. */
export const AGENT_RESULTS = [
  'qualified',
  'disqualified',
  'callback',
  'opt_out',
  'no_input',
  'failed',
] as const;

/** A conversation as its agent tells of it. */
export interface AgentOutcome {
  readonly result: ConcludeConversation['result'];
  readonly answers: Readonly<Record<string, string>>;
  /** Personal: what the consumer said. It is sealed before it is kept. */
  readonly words: string | null;
}

/** What an outcome is read with. */
export interface AgentOutcomeContext {
  readonly script: ScriptContent;
  /** The clock, ISO-8601. */
  readonly now: string;
}

const WORDS: TextRule = { max: 1_000 };
const ANSWERS_MAX = 50;
const DAY_MS = 24 * 60 * 60 * 1_000;
/** As long as a lead may be dialed. */
const CALLBACK_DAYS_MAX = 30;
const INSTANT: TextRule = {
  pattern: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/,
  message: 'must be ISO-8601 with a zone, e.g. 2026-07-05T12:00:00Z',
};

/**
 * Reads what an agent reports, in the spelling of the api. Nothing a consumer said gets into it in
 * clear: reasons are words of a-z, 0-9 and _, answers are values the script names, and of an
 * opt-out only the words that are known to be one. Throws `validation_failed` with everything that
 * is wrong.
 */
export function readAgentOutcome(
  sent: unknown,
  { script, now }: AgentOutcomeContext,
): AgentOutcome {
  const fields = new FieldReader(sent);
  // It was looked at before, and is a field like the others.
  fields.has('token');
  const kind = fields.word('result', AGENT_RESULTS);
  const words = fields.nullable('words', null, () => fields.text('words', WORDS));
  const outcome = {
    result: readResult(fields, kind, words ?? '', now),
    answers: readAnswers(fields, script),
    words,
  };
  fields.refuseWrong();
  return outcome;
}

function readResult(
  fields: FieldReader,
  kind: (typeof AGENT_RESULTS)[number],
  words: string,
  now: string,
): ConcludeConversation['result'] {
  const reason = fields.nullable('reason', null, () => fields.text('reason', WORD));
  const callbackAt = fields.nullable('callback_at', null, () => readCallbackAt(fields, now));
  switch (kind) {
    case 'disqualified':
      if (reason === null) fields.refuse('reason', 'required', 'is required');
      return { kind, reason: reason ?? '' };
    case 'callback':
      if (callbackAt === null) fields.refuse('callback_at', 'required', 'is required');
      return { kind, callbackAt: callbackAt ?? '' };
    case 'opt_out':
      return { kind, words: optOutIn(wordsOf(words)) ?? 'opt out' };
    case 'qualified':
    case 'no_input':
    case 'failed':
      return { kind };
  }
}

function readCallbackAt(fields: FieldReader, now: string): string {
  const text = fields.text('callback_at', INSTANT);
  const instant = new Date(text);
  if (text === '') return text;
  const inMs = instant.getTime() - Date.parse(now);
  if (!(inMs > 0 && inMs <= CALLBACK_DAYS_MAX * DAY_MS)) {
    const message = `must be within the ${CALLBACK_DAYS_MAX} days to come`;
    fields.refuse('callback_at', 'out_of_range', message);
    return '';
  }
  return instant.toISOString();
}

/** Only what the script asks, and the answers it knows. */
function readAnswers(
  fields: FieldReader,
  { questions }: ScriptContent,
): Readonly<Record<string, string>> {
  const read = fields.entries('answers', { max: ANSWERS_MAX }, (answers, id) => {
    const [first, ...others] = questions.find((one) => one.id === id)?.options ?? [];
    if (first !== undefined) {
      return answers.word(id, [first.value, ...others.map(({ value }) => value)]);
    }
    answers.refuse(id, 'unknown_question', 'the script has no question of this id');
    answers.has(id);
    return '';
  });
  return Object.fromEntries(read);
}
