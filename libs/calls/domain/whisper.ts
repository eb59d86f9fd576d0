/** Longest whisper, as a template and as it is spoken; about a minute. */
export const WHISPER_MAX = 1_000;

/** What a whisper may say of a consumer. */
export interface WhisperFacts {
  /** In clear, for as long as the call takes: it is never stored so. */
  readonly firstName: string | null;
  /** Two-letter code. */
  readonly state: string | null;
  /** By question id, the value of the option chosen. */
  readonly answers: Readonly<Record<string, string>>;
}

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;
const ANSWER = /^answers\.([a-z][a-z0-9_]{0,39})$/;
/** Longest part a consumer’s own words can be: a first name is not an essay. */
const FACT_MAX = 100;

/**
 * What a destination hears before it is connected, e.g. `Call for {{first_name}} from {{state}}.`
 * (TR-2). A fact that is missing is left out. Text of consumers is cleaned of everything that is no
 * letter, number or plain punctuation, so that nobody can put markup or further placeholders into
 * what a machine reads aloud.
 */
export function renderWhisper(template: string, facts: WhisperFacts): string {
  const spoken = template.replace(PLACEHOLDER, (_, name: string) => clean(factOf(name, facts)));
  return spoken.replace(/\s+/g, ' ').trim().slice(0, WHISPER_MAX);
}

/** Placeholders of a template that no fact fills, and braces that are none. */
export function unknownPlaceholders(template: string): string[] {
  const names = [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
  const loose = /\{\{|\}\}/.exec(template.replace(PLACEHOLDER, ''));
  return [...names.filter((name) => !isKnown(name)), ...(loose ?? [])];
}

function isKnown(name: string): boolean {
  return name === 'first_name' || name === 'state' || ANSWER.test(name);
}

function factOf(name: string, { firstName, state, answers }: WhisperFacts): string {
  if (name === 'first_name') return firstName ?? '';
  if (name === 'state') return state ?? '';
  const questionId = ANSWER.exec(name)?.[1];
  // Not `in`: every object has a constructor, and nobody is called that.
  if (questionId === undefined || !Object.hasOwn(answers, questionId)) return '';
  return answers[questionId] ?? '';
}

function clean(fact: string): string {
  return fact
    .normalize('NFKC')
    .replace(/[^\p{L}\p{M}\p{N} .,'’-]/gu, ' ')
    .slice(0, FACT_MAX);
}
