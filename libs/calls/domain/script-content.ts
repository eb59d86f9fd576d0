import { type FilterRule, type FilterSet, inspectFilter } from '#libs/filters';
import { DomainError, type FieldError } from '#libs/kernel';
import { ScriptFieldReader, type TextRule } from './script-field-reader.js';
import { type ScriptContent } from './script.events.js';
import { readQuestions, SCRIPT_KEY, WORD } from './script-questions.js';

const RULES_MAX = 50;
const E164: TextRule = {
  pattern: /^\+[1-9]\d{7,14}$/,
  what: 'an E.164 number, e.g. +15125551212',
};
const LANGUAGE: TextRule = {
  pattern: /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/,
  what: 'BCP 47, e.g. en-US',
};
const NAME: TextRule = { max: 100 };
const URL_LENGTH_MAX = 500;
const AGENT_PROTOCOLS = { webhook: 'https:', websocket: 'wss:' } as const;

/** What is said at the end where a script does not say it itself. */
const CLOSINGS = {
  qualified: 'Thank you. Please hold while we connect you.',
  disqualified: 'Thank you for your time. Goodbye.',
  callback: 'Thank you. We will call you back later. Goodbye.',
  optedOut: 'You will not be called again. Goodbye.',
  noInput: 'We did not get an answer. Goodbye.',
  noDestination: 'Nobody is free to take your call right now. Goodbye.',
} as const;

/**
 * A script from outside, in the spelling of the api (`ai_disclosure`), vouched for. Throws
 * `validation_failed` naming everything that is wrong with it at once.
 *
 * Who calls, that a machine speaks, a number to call back and how to opt out are required (CO-10).
 * Ids, option values and reasons are `[a-z][a-z0-9_]{0,39}`; a key means one thing per question, and
 * never what the opt-out key means. Words that opt out cannot mean anything else. The built-in
 * script speaks English, the language in which it understands who wants no more calls.
 */
export function readScriptContent(value: unknown): ScriptContent {
  const errors: FieldError[] = [];
  const reader = new ScriptFieldReader(value, '', errors);
  const agent = readAgent(reader);
  const optOutKey = reader.text('opt_out_key', SCRIPT_KEY);
  const questions = readQuestions(reader, { optOutKey, min: agent.kind === 'script' ? 1 : 0 });
  const content: ScriptContent = {
    name: reader.text('name', NAME),
    language: readLanguage(reader, agent),
    ...readDisclosures(reader),
    optOutKey,
    questions,
    disqualify: readRules(reader, questions),
    ...readClosings(reader),
    agent,
  };
  reader.refuseOthers();
  if (errors.length === 0) return content;
  throw new DomainError(
    'validation',
    'validation_failed',
    'Some fields cannot be used; each is named in details.',
    { details: errors },
  );
}

function readDisclosures(reader: ScriptFieldReader) {
  return {
    identity: reader.text('identity'),
    aiDisclosure: reader.text('ai_disclosure'),
    callbackNumber: reader.text('callback_number', E164),
    optOut: reader.text('opt_out'),
  };
}

function readClosings(reader: ScriptFieldReader) {
  return {
    qualified: reader.text('qualified', {}, CLOSINGS.qualified),
    disqualified: reader.text('disqualified', {}, CLOSINGS.disqualified),
    callback: reader.text('callback', {}, CLOSINGS.callback),
    optedOut: reader.text('opted_out', {}, CLOSINGS.optedOut),
    noInput: reader.text('no_input', {}, CLOSINGS.noInput),
    noDestination: reader.text('no_destination', {}, CLOSINGS.noDestination),
  };
}

function readLanguage(reader: ScriptFieldReader, { kind }: ScriptContent['agent']): string {
  const language = reader.text('language', LANGUAGE, 'en-US');
  const isUnderstood = kind !== 'script' || language === '' || /^en(-|$)/.test(language);
  if (!isUnderstood) {
    reader.refuse('language', 'not_allowed', 'must be English, or an agent of yours has to speak');
  }
  return language;
}

function readAgent(reader: ScriptFieldReader): ScriptContent['agent'] {
  const agent = reader.object('agent');
  const kind = agent.word('kind', ['script', 'webhook', 'websocket']);
  const given = agent.textOrNull('url', { max: URL_LENGTH_MAX });
  agent.refuseOthers();
  if (kind === 'script') {
    if (given !== null) agent.refuse('url', 'not_allowed', 'is for agents of your own only');
    return { kind, url: null };
  }
  const protocol = AGENT_PROTOCOLS[kind];
  if (given === null) agent.refuse('url', 'required', 'is required');
  else if (!isAddress(given, protocol)) {
    agent.refuse('url', 'wrong_format', `must be a ${protocol}// address without a password in it`);
  }
  return { kind, url: given };
}

/** An address may be logged, so no secret belongs in front of its host. */
function isAddress(text: string, protocol: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === protocol && url.username === '' && url.password === '';
}

function readRules(
  reader: ScriptFieldReader,
  questions: ScriptContent['questions'],
): ScriptContent['disqualify'] {
  const ids = new Set(questions.map(({ id }) => id));
  return reader.list('disqualify', { min: 0, max: RULES_MAX }).map(([value, path]) => {
    const rule = new ScriptFieldReader(value, path, reader.errors);
    const reason = rule.text('reason', WORD);
    const { filter, errors } = inspectFilter(rule.raw('when'), `${path}.when`);
    rule.errors.push(...errors);
    for (const { field, op } of rulesIn(filter)) {
      const [, id = null] = /^answers\.(.*)$/.exec(field) ?? [];
      if (id === null) continue;
      if (!ids.has(id)) rule.refuse('when', 'unknown_question', `there is no question ${id}`);
      else if (op === 'blank') {
        rule.refuse(
          'when',
          'not_allowed',
          `${id} is blank until it is asked, which ends every call`,
        );
      }
    }
    rule.refuseOthers();
    return { reason, when: filter };
  });
}

function rulesIn({ rules }: FilterSet): FilterRule[] {
  return rules.flatMap((rule) => ('rules' in rule ? rulesIn(rule) : [rule]));
}
