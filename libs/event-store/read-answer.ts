import { parseJson } from '#libs/kernel';
import { type LogMessage, type Position, type RecordedEvent } from './port.js';
import { WireReader } from './wire-reader.js';

/** What a server sends on a read or a subscription; `other` is what nobody here has a use for. */
export type ReadAnswer = LogMessage | { readonly kind: 'other' };

const other: ReadAnswer = { kind: 'other' };
const caughtUp: ReadAnswer = { kind: 'caught_up' };
const ticksPerMillisecondDigits = 4;

/**
 * One `ReadResp` of the protocol. A link whose event is gone has no event in it, and a read of a
 * missing stream none at all: both come out as `other`.
 *
 * As the client does it, data that is no JSON stays text, and data that does not claim to be JSON
 * stays bytes: the catalogue refuses both. JSON is parsed when it is first asked for: whoever
 * counts events, or passes over some of them, asks for none.
 */
export function readAnswer(message: Buffer): ReadAnswer {
  const reader = new WireReader(message);
  let answer = other;
  while (reader.next()) {
    if (reader.field === 1) answer = eventOf(reader.message());
    else if (reader.field === 3) answer = checkpointOf(reader.message());
    else {
      if (reader.field === 8) answer = caughtUp;
      reader.skip();
    }
  }
  return answer;
}

function eventOf(reader: WireReader): ReadAnswer {
  let answer = other;
  while (reader.next()) {
    if (reader.field === 1) answer = { kind: 'event', event: recordedEvent(reader.message()) };
    else reader.skip();
  }
  return answer;
}

function checkpointOf(reader: WireReader): ReadAnswer {
  let position = 0n;
  while (reader.next()) {
    if (reader.field === 1) position = reader.uint64();
    else reader.skip();
  }
  return { kind: 'checkpoint', position };
}

function recordedEvent(reader: WireReader): RecordedEvent & { readonly position: Position } {
  let id = '';
  let stream = '';
  let revision = 0n;
  let position = 0n;
  let data: Buffer = nothing;
  let metadata: Buffer = nothing;
  const facts: SystemFacts = { type: '', contentType: '', created: '' };
  while (reader.next()) {
    if (reader.field === 1) id = uuidOf(reader.message());
    else if (reader.field === 2) stream = streamNameOf(reader.message());
    else if (reader.field === 3) revision = reader.uint64();
    else if (reader.field === 5) position = reader.uint64();
    else if (reader.field === 6) takeFact(facts, reader.message());
    else if (reader.field === 7) metadata = reader.bytes();
    else if (reader.field === 8) data = reader.bytes();
    else reader.skip();
  }
  return new ReadEvent(id, stream, revision, position, facts, data, metadata);
}

/** An event as it came. Copy what is needed of it by name: a spread would leave the JSON out. */
class ReadEvent implements RecordedEvent {
  readonly type: string;
  readonly recordedAt: Date;
  readonly #isJson: boolean;
  #data: unknown;
  #metadata: unknown;
  #isParsed = false;

  constructor(
    readonly id: string,
    readonly stream: string,
    readonly revision: bigint,
    readonly position: Position,
    { type, contentType, created }: SystemFacts,
    data: Buffer,
    metadata: Buffer,
  ) {
    this.type = type;
    this.recordedAt = new Date(Number(created.slice(0, -ticksPerMillisecondDigits)));
    this.#isJson = contentType === 'application/json';
    this.#data = data;
    this.#metadata = metadata;
  }

  get data(): unknown {
    if (!this.#isParsed) this.#parse();
    return this.#data;
  }

  get metadata(): unknown {
    if (!this.#isParsed) this.#parse();
    return this.#metadata;
  }

  #parse(): void {
    const [data, metadata] = [this.#data as Buffer, this.#metadata as Buffer];
    this.#data = this.#isJson ? jsonOr(parseJson, data, String) : data;
    // All names in it are our own, and have no escapes.
    this.#metadata =
      metadata.length === 0 ? undefined : jsonOr(JSON.parse, metadata, (bytes) => bytes);
    this.#isParsed = true;
  }
}

const nothing = Buffer.alloc(0);

/** What the server says of an event in the protocol's map of texts. `created` counts 100 ns. */
interface SystemFacts {
  type: string;
  contentType: string;
  created: string;
}

function takeFact(facts: SystemFacts, reader: WireReader): void {
  let key = '';
  let value = '';
  while (reader.next()) {
    if (reader.field === 1) key = reader.text();
    else if (reader.field === 2) value = reader.text();
    else reader.skip();
  }
  if (key === 'type') facts.type = value;
  else if (key === 'content-type') facts.contentType = value;
  else if (key === 'created') facts.created = value;
}

function streamNameOf(reader: WireReader): string {
  let name = '';
  while (reader.next()) {
    if (reader.field === 3) name = reader.text();
    else reader.skip();
  }
  return name;
}

/** Text is what is asked for; a server may still answer with two halves. */
function uuidOf(reader: WireReader): string {
  let text = '';
  while (reader.next()) {
    if (reader.field === 1) text = uuidOfHalves(reader.message());
    else if (reader.field === 2) text = reader.text();
    else reader.skip();
  }
  return text;
}

function uuidOfHalves(reader: WireReader): string {
  const halves = [0n, 0n];
  while (reader.next()) {
    if (reader.field === 1) halves[0] = reader.uint64();
    else if (reader.field === 2) halves[1] = reader.uint64();
    else reader.skip();
  }
  const hex = halves.map((half) => half.toString(16).padStart(16, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function jsonOr(
  parse: (text: string) => unknown,
  bytes: Buffer,
  otherwise: (bytes: Buffer) => unknown,
): unknown {
  try {
    return parse(bytes.toString());
  } catch {
    return otherwise(bytes);
  }
}
