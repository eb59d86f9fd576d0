import { POSTBACK_TOKEN_TEXT_PREFIX } from '#libs/revenue';

/** A request, as far as a token can be in it. */
export interface TokenCarrier {
  /** Without the question mark. */
  readonly query: string;
  readonly authorization: string | undefined;
  readonly body: Buffer;
}

const BEARER = /^Bearer +(\S+)$/i;
const TEXT = `${POSTBACK_TOKEN_TEXT_PREFIX}[0-9A-Za-z]+`;
/** What stands between name and value: in a form, JSON or XML, or in a part of an upload form. */
const BETWEEN = `\\s*[=:>]\\s*["']?|\\r\\n(?:[^\\r\\n]{1,200}\\r\\n){0,3}\\r\\n`;
/** A field that is called token. */
const IN_BODY = new RegExp(`\\btoken["']?(?:${BETWEEN})(${TEXT})`, 'gi');
/** Guesses that one request may bring. */
const TRIES_MAX = 3;

/** Texts that may be the token, the address first, then the header, then the body. */
export function sentTokens({ query, authorization, body }: TokenCarrier): string[] {
  const asked = query.split('&').map(fieldOf).filter(isToken);
  const bearer = BEARER.exec(authorization ?? '')?.[1];
  const texts = [
    ...asked.map(([, value]) => value),
    ...(bearer === undefined ? [] : [bearer]),
    ...tokensIn(body),
  ];
  return [...new Set(texts)].slice(0, TRIES_MAX);
}

/** Only as it is written, so that it can be taken out again. */
function tokensIn(body: Buffer): string[] {
  if (!body.includes(POSTBACK_TOKEN_TEXT_PREFIX)) return [];
  return [...body.toString('latin1').matchAll(IN_BODY)].map(([, text]) => text ?? '');
}

/** A query without the token, the rest of it as it was. */
export function queryWithout(query: string, token: string): string {
  const kept = query.split('&').filter((pair) => !isToken(fieldOf(pair)));
  return withoutText(kept.join('&'), token);
}

/** The bytes of a body without the token, the rest of it as it was. */
export function bodyWithout(body: Buffer, token: string): Buffer {
  const text = body.toString('latin1');
  const left = withoutText(text, token);
  return left === text ? body : Buffer.from(left, 'latin1');
}

const REDACTED = 'redacted';
/** A letter, digit or underscore that a form or JSON says by its number, in hexadecimal digits. */
const NEEDLESS = '(?:%|\\\\u00)(?:3\\d|[46][1-9a-f]|5[\\daf]|7[\\da])';
/** What no usual report has; XML and two bytes for a character are looked for, too. */
const DISGUISE = new RegExp(`${NEEDLESS}|&#|\\0`, 'i');

/**
 * Whatever else says it, e.g. the address in a header. Escaped, it would be read as a name of a
 * call or a buyer, and so be shown.
 */
export function withoutText(text: string, token: string): string {
  const plain = text.replaceAll(token, REDACTED);
  if (!DISGUISE.test(plain)) return plain;
  // As wide as it was, or what comes after it could not be read.
  return plain.replace(disguised(token), (said) =>
    said.includes('\0') ? Array.from(REDACTED).join('\0') : REDACTED,
  );
}

/** The token with any of its characters escaped. */
function disguised(token: string): RegExp {
  const characters = Array.from(token, (character) => {
    const code = character.charCodeAt(0);
    const hex = code.toString(16).replace(/[a-f]/, (digit) => `[${digit}${digit.toUpperCase()}]`);
    return `(?:${character}|%${hex}|\\\\u00${hex}|&#0*${code};|&#[xX]0*${hex};)`;
  });
  return new RegExp(characters.join('\\0?'), 'g');
}

type Field = readonly [name: string, value: string];

/** What stands for something else in a query. */
const ESCAPES = /[%+?]/;

/** One pair of a query. It is taken apart only where something is escaped, which is rare. */
function fieldOf(pair: string): Field {
  const at = pair.indexOf('=');
  if (at !== -1 && !ESCAPES.test(pair)) return [pair.slice(0, at), pair.slice(at + 1)];
  const [field] = new URLSearchParams(pair);
  return field ?? ['', ''];
}

function isToken([name]: Field): boolean {
  return name.toLowerCase() === 'token';
}
