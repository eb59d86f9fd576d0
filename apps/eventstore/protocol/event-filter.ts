import type { StoredEvent } from '../log/stored-event.js';
import type { ProtoReader } from '../wire/proto-reader.js';
import { invalidArgument } from './shared-messages.js';

/** Patterns come from whoever may connect; a limit keeps them from being programs. */
const REGEX_CHARACTERS_MAX = 1_000;
const PREFIXES_MAX = 1_000;
/** Events EventStoreDB considers at a time if the client does not say. */
const DEFAULT_WINDOW = 32;

/** Which events of `$all` a reader wants, and how often it wants to hear about the others. */
export interface EventFilter {
  matches(event: StoredEvent): boolean;
  /** Considered events between two checkpoints. */
  readonly checkpointInterval: number;
}

interface Expression {
  readonly regex: string;
  readonly prefixes: readonly string[];
}

/** `ReadReq.Options.FilterOptions` → a filter. */
export function readEventFilter(reader: ProtoReader): EventFilter {
  let on: 'stream' | 'type' | undefined;
  let expression: Expression = { regex: '', prefixes: [] };
  let window = DEFAULT_WINDOW;
  let multiplier = 1;
  while (reader.next()) {
    if (reader.field === 1 || reader.field === 2) {
      on = reader.field === 1 ? 'stream' : 'type';
      expression = readExpression(reader.message());
    } else if (reader.field === 3) window = reader.varint();
    else if (reader.field === 5) multiplier = reader.varint();
    else reader.skip();
  }
  if (on === undefined) throw invalidArgument('A filter must be on the stream or on the type.');
  if (window < 1 || multiplier < 1) {
    throw invalidArgument('Search window and checkpoint interval must be greater than 0.');
  }
  return { matches: matcherOf(on, expression), checkpointInterval: window * multiplier };
}

function readExpression(reader: ProtoReader): Expression {
  let regex = '';
  const prefixes: string[] = [];
  while (reader.next()) {
    if (reader.field === 1) regex = reader.string();
    else if (reader.field === 2) prefixes.push(reader.string());
    else reader.skip();
  }
  if (prefixes.length > PREFIXES_MAX) {
    throw invalidArgument(`A filter may have ${PREFIXES_MAX} prefixes at most.`);
  }
  return { regex, prefixes };
}

function matcherOf(on: 'stream' | 'type', expression: Expression): EventFilter['matches'] {
  if (expression.prefixes.length > 0) return prefixMatcher(on, expression.prefixes);
  const regex = compile(expression.regex);
  return on === 'stream' ? (event) => regex.test(event.stream) : (event) => regex.test(event.type);
}

function prefixMatcher(on: 'stream' | 'type', texts: readonly string[]): EventFilter['matches'] {
  const prefixes = texts.map((text) => Buffer.from(text));
  return on === 'stream'
    ? (event) => prefixes.some((prefix) => event.streamStartsWith(prefix))
    : (event) => prefixes.some((prefix) => event.typeStartsWith(prefix));
}

function compile(source: string): RegExp {
  if (source.length > REGEX_CHARACTERS_MAX) {
    throw invalidArgument(
      `A filter's pattern may take ${REGEX_CHARACTERS_MAX} characters at most.`,
    );
  }
  try {
    return new RegExp(source);
  } catch {
    throw invalidArgument("The filter's pattern is not a valid regular expression.");
  }
}
