import { join } from 'node:path';
import { open, type Database, type RootDatabase } from 'lmdb';

import type { StreamRules } from './stream-rules.js';

/** Raised when the stored layout changes; a folder of another format is refused. */
const FORMAT = 1;
const FORMAT_KEY = 'format';

/**
 * Longest stream name in UTF-8 bytes: LMDB's largest key is 1,978 bytes and the key of an event
 * also carries a revision.
 */
export const STREAM_NAME_BYTES_MAX = 1_900;

/** The LMDB environment of one store and its four tables. */
export interface EventDatabase {
  readonly root: RootDatabase;
  /** Position → stored event. Positions are 1, 2, 3 … without a gap. */
  readonly events: Database<Buffer, number>;
  /** Stream and revision ({@link revisionKey}) → position. */
  readonly revisions: Database<Buffer, Buffer>;
  /** Stream name → rules, for streams with metadata or a tombstone only. */
  readonly rules: Database<StreamRules, Buffer>;
  close(): Promise<void>;
}

/**
 * Opens the store's files in `dataDir`, a folder that is there.
 *
 * Durability: `overlappingSync: false` is the one option that matters. lmdb-js would otherwise
 * commit without waiting for the disk and flush later. With it off, its writer thread runs LMDB's
 * own commit: write the dirty pages, `fdatasync`, then write the meta page through a descriptor
 * opened with `O_DSYNC`. The promise of a write resolves after all three, so what is acknowledged
 * is on disk, and since LMDB never overwrites a page the last meta page refers to, a crash at any
 * moment leaves the state before or after a commit, never one in between. Readers take their
 * snapshot from the same meta page: nothing is ever shown that could still be lost.
 */
export function openDatabase(dataDir: string): EventDatabase {
  const root = open({
    path: join(dataDir, 'events.mdb'),
    overlappingSync: false,
    // A commit begins when the writer says so: it gathers its own batches.
    eventTurnBatching: false,
    noMemInit: true,
    maxReaders: 64,
  });
  const meta = root.openDB<number, string>({ name: 'meta' });
  const format = meta.get(FORMAT_KEY);
  if (format === undefined) meta.putSync(FORMAT_KEY, FORMAT);
  else if (format !== FORMAT) {
    throw new Error(
      `The event store's files have format ${format}, this version reads ${FORMAT}: start the version that wrote them.`,
    );
  }
  return {
    root,
    events: root.openDB({ name: 'events', encoding: 'binary' }),
    revisions: root.openDB({ name: 'revisions', keyEncoding: 'binary', encoding: 'binary' }),
    rules: root.openDB({ name: 'rules', keyEncoding: 'binary', encoding: 'msgpack' }),
    close: () => root.close(),
  };
}

/**
 * What LMDB now answers to everything, if it has given the environment up: it does so when its meta
 * page could not be written. lmdb-js would not say it of a commit but never settle it; a read does,
 * in a snapshot of its own, for one that is open already still works.
 */
export function environmentFailure({ root, events }: EventDatabase): Error | undefined {
  root.resetReadTxn();
  try {
    events.doesExist(1);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** What lmdb's `put` takes besides what its types say. */
type PutWithOptions = (
  key: number,
  value: Buffer,
  options: { readonly append: true },
) => Promise<boolean>;

/**
 * Writes an event after all others: LMDB then fills its pages instead of splitting them in halves.
 * Resolves with false, nothing written, if `position` is not behind the last one.
 */
export function putAtEnd(
  database: EventDatabase,
  position: number,
  record: Buffer,
): Promise<boolean> {
  const { events } = database;
  return (events.put as unknown as PutWithOptions).call(events, position, record, AT_THE_END);
}

const AT_THE_END = { append: true } as const;
const LENGTH_BYTES = 2;
const NUMBER_BYTES = 6;
/** Larger than any revision: 2^48 - 1 events in one stream are out of reach. */
const REVISION_MAX = 2 ** 48 - 1;

/**
 * The key of one event of a stream: the name's length, the name, the revision, so that a stream's
 * events lie together and no name can run into another.
 */
export function revisionKey(stream: string, revision: number): Buffer {
  const nameBytes = Buffer.byteLength(stream);
  const key = Buffer.allocUnsafe(LENGTH_BYTES + nameBytes + NUMBER_BYTES);
  key.writeUInt16BE(nameBytes, 0);
  key.write(stream, LENGTH_BYTES);
  key.writeUIntBE(Math.min(revision, REVISION_MAX), LENGTH_BYTES + nameBytes, NUMBER_BYTES);
  return key;
}

/** The revision in a key made by {@link revisionKey}. */
export function revisionOfKey(key: Buffer): number {
  return key.readUIntBE(key.length - NUMBER_BYTES, NUMBER_BYTES);
}

export function encodePosition(position: number): Buffer {
  const bytes = Buffer.allocUnsafe(NUMBER_BYTES);
  bytes.writeUIntBE(position, 0, NUMBER_BYTES);
  return bytes;
}

export function decodePosition(bytes: Buffer): number {
  return bytes.readUIntBE(0, NUMBER_BYTES);
}
