import { FieldReader, type TextRule } from '#libs/fields';
import { type FilterRule, type FilterSet, readFilter } from '#libs/filters';
import { type ScriptContent } from './script.events.js';
import { ANYWHERE, type MayReach, OUT_OF_REACH } from './reach.js';
import { readQuestions, SCRIPT_KEY, WORD } from './script-questions.js';

const RULES_MAX = 50;
const E164: TextRule = {
  pattern: /^\+[1-9]\d{7,14}$/,
  message: 'must be an E.164 number, e.g. +15125551212',
};
const LANGUAGE: TextRule = {
  pattern: /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/,
  message: 'must be BCP 47, e.g. en-US',
};
const NAME: TextRule = { max: 100 };
/** Something that is said. */
const SPEECH: TextRule = { max: 1_000 };
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
 * Ids, option values and reasons are `[a-z][a-z0-9_]{0,39}`; a key means one thing per question,
 * and never what the opt-out key means. Words that opt out cannot mean anything else. The built-in
 * script speaks English, the language in which it understands who wants no more calls. `mayReach`
 * says where an agent may be.
 */
export function readScriptContent(value: unknown, mayReach: MayReach = ANYWHERE): ScriptContent {
  const fields = new FieldReader(value);
  const agent = readAgent(fields.object('agent'), mayReach);
  const optOutKey = fields.text('opt_out_key', SCRIPT_KEY);
  const questions = readQuestions(fields, { optOutKey, min: agent.kind === 'script' ? 1 : 0 });
  const content: ScriptContent = {
    name: fields.text('name', NAME),
    language: readLanguage(fields, agent),
    ...readDisclosures(fields),
    optOutKey,
    questions,
    disqualify: readRules(fields, questions),
    ...readClosings(fields),
    agent,
  };
  fields.refuseWrong();
  return content;
}

function readDisclosures(fields: FieldReader) {
  return {
    identity: fields.text('identity', SPEECH),
    aiDisclosure: fields.text('ai_disclosure', SPEECH),
    callbackNumber: fields.text('callback_number', E164),
    optOut: fields.text('opt_out', SPEECH),
  };
}

function readClosings(fields: FieldReader) {
  return {
    qualified: fields.text('qualified', SPEECH, CLOSINGS.qualified),
    disqualified: fields.text('disqualified', SPEECH, CLOSINGS.disqualified),
    callback: fields.text('callback', SPEECH, CLOSINGS.callback),
    optedOut: fields.text('opted_out', SPEECH, CLOSINGS.optedOut),
    noInput: fields.text('no_input', SPEECH, CLOSINGS.noInput),
    noDestination: fields.text('no_destination', SPEECH, CLOSINGS.noDestination),
  };
}

function readLanguage(fields: FieldReader, { kind }: ScriptContent['agent']): string {
  const language = fields.text('language', LANGUAGE, 'en-US');
  const isUnderstood = kind !== 'script' || language === '' || /^en(-|$)/.test(language);
  if (!isUnderstood) {
    fields.refuse('language', 'not_allowed', 'must be English, or an agent of yours has to speak');
  }
  return language;
}

function readAgent(agent: FieldReader, mayReach: MayReach): ScriptContent['agent'] {
  const kind = agent.word('kind', ['script', 'webhook', 'websocket'], 'script');
  const url = agent.nullable('url', null, () => agent.text('url', { max: URL_LENGTH_MAX }));
  if (kind === 'script') {
    if (url !== null) agent.refuse('url', 'not_allowed', 'is for agents of your own only');
    return { kind, url: null };
  }
  const protocol = AGENT_PROTOCOLS[kind];
  if (url === null) agent.refuse('url', 'required', 'is required');
  else if (url !== '' && !isAddress(url, protocol)) {
    agent.refuse('url', 'wrong_format', `must be a ${protocol}// address without a password in it`);
  } else if (url !== '' && !mayReach(new URL(url).hostname)) {
    agent.refuse('url', 'not_allowed', OUT_OF_REACH);
  }
  return { kind, url };
}

/** An address may be logged, so no secret belongs in front of its host. */
function isAddress(text: string, protocol: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === protocol && url.username === '' && url.password === '';
}

function readRules(
  fields: FieldReader,
  questions: ScriptContent['questions'],
): ScriptContent['disqualify'] {
  const ids = new Set(questions.map(({ id }) => id));
  return fields.list('disqualify', { max: RULES_MAX }, (rule) => {
    const reason = rule.text('reason', WORD);
    const when = rule.by('when', readFilter) ?? NEVER;
    for (const one of rulesIn(when)) refuseUnasked(rule, one, ids);
    return { reason, when };
  });
}

/** Stands in for a filter that could not be read. */
const NEVER: FilterSet = { op: 'or', rules: [] };

/** A rule about an answer must be about one that is asked for, and given. */
function refuseUnasked(
  rule: FieldReader,
  { field, op }: FilterRule,
  ids: ReadonlySet<string>,
): void {
  const [, id = null] = /^answers\.(.*)$/.exec(field) ?? [];
  if (id === null) return;
  if (!ids.has(id)) rule.refuse('when', 'unknown_question', `there is no question ${id}`);
  else if (op === 'blank') {
    const message = `${id} is blank until it is asked, which ends every call`;
    rule.refuse('when', 'not_allowed', message);
  }
}

function rulesIn({ rules }: FilterSet): FilterRule[] {
  return rules.flatMap((rule) => ('rules' in rule ? rulesIn(rule) : [rule]));
}
