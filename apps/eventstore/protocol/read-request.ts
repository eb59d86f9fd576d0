import { ProtoReader } from '../wire/proto-reader.js';
import { readEventFilter, type EventFilter } from './event-filter.js';
import { invalidArgument, readStreamIdentifier } from './shared-messages.js';

/** A revision of a stream or a position of the log. */
export type ReadFrom = number | 'start' | 'end';

/** What is to be read. */
export type ReadSource =
  | { readonly kind: 'stream'; readonly stream: string; readonly from: ReadFrom }
  | { readonly kind: 'all'; readonly from: ReadFrom };

/** A `ReadReq`: a read of so many events, or a subscription. */
export interface ReadRequest {
  readonly source: ReadSource;
  readonly backwards: boolean;
  readonly resolveLinks: boolean;
  /** Events wanted; undefined asks for a subscription. */
  readonly count: number | undefined;
  readonly filter: EventFilter | undefined;
}

/** Decodes a `ReadReq`. */
export function readReadRequest(message: Buffer): ReadRequest {
  const reader = new ProtoReader(message);
  while (reader.next()) {
    if (reader.field === 1) return readOptions(reader.message());
    reader.skip();
  }
  throw invalidArgument('The options of the read are missing.');
}

function readOptions(reader: ProtoReader): ReadRequest {
  let source: ReadSource | undefined;
  let backwards = false;
  let resolveLinks = false;
  let count: number | undefined;
  let filter: EventFilter | undefined;
  let hasCountOption = false;
  while (reader.next()) {
    if (reader.field === 1) source = readStreamOptions(reader.message());
    else if (reader.field === 2) source = readAllOptions(reader.message());
    else if (reader.field === 3) backwards = reader.varint() === 1;
    else if (reader.field === 4) resolveLinks = reader.bool();
    else if (reader.field === 7) filter = readEventFilter(reader.message());
    else {
      hasCountOption ||= reader.field === 5 || reader.field === 6;
      if (reader.field === 5) count = reader.varint();
      else reader.skip();
    }
  }
  if (source === undefined) throw invalidArgument('What to read is missing.');
  if (!hasCountOption) throw invalidArgument('How many events to read is missing.');
  if (source.kind === 'stream' && filter !== undefined) {
    throw invalidArgument('A filter is possible on $all only.');
  }
  return { source, backwards, resolveLinks, count, filter };
}

function readStreamOptions(reader: ProtoReader): ReadSource {
  let stream = '';
  let from: ReadFrom = 'start';
  while (reader.next()) {
    if (reader.field === 1) stream = readStreamIdentifier(reader.message());
    else if (reader.field === 2) from = reader.varint();
    else {
      if (reader.field === 4) from = 'end';
      reader.skip();
    }
  }
  if (stream === '') throw invalidArgument('A stream name is missing.');
  return { kind: 'stream', stream, from };
}

function readAllOptions(reader: ProtoReader): ReadSource {
  let from: ReadFrom = 'start';
  while (reader.next()) {
    if (reader.field === 1) from = readCommitPosition(reader.message());
    else {
      if (reader.field === 3) from = 'end';
      reader.skip();
    }
  }
  return { kind: 'all', from };
}

/** Commit and prepare position are always the same here. */
function readCommitPosition(reader: ProtoReader): number {
  let commit = 0;
  while (reader.next()) {
    if (reader.field === 1) commit = reader.varint();
    else reader.skip();
  }
  return commit;
}
