import { ProtoReader } from '../wire/proto-reader.js';
import { fieldSize, varintSize, type ProtoWriter } from '../wire/proto-writer.js';

/**
 * How one event lies in the log: a fixed header, then the gRPC frame of the `ReadResp` message that
 * every read and subscription sends for it. An event is encoded once, when it is appended; reading
 * it is copying bytes.
 *
 * ```
 *  0  format      u8      {@link FORMAT}
 *  1  flags       u8      bit 0: a link to another event
 *  2  stream      u16 ×2  offset from the record's beginning, and length
 *  6  type        u16 ×2  offset and length
 * 10  id          u16     offset; always 36 characters
 * 12  unused      u32
 * 16  created     f64     milliseconds since 1970
 * 24  frame       0, length as u32 big-endian, ReadResp
 * ```
 */
const FORMAT = 1;
const FLAG_LINK = 1;
const HEADER_BYTES = 24;
const GRPC_PREFIX_BYTES = 5;
const ID_CHARACTERS = 36;
/** A `UUID` message with its string set, as a field. */
const ID_FIELD_BYTES = fieldSize(fieldSize(ID_CHARACTERS));
const TICKS_PER_MILLISECOND_ZEROS = '0000';

/** The type of an event that stands for another one; its data is `<revision>@<stream>`. */
export const LINK_TYPE = '$>';
/** The revision EventStoreDB gives the last event of a tombstoned stream: 2^63 - 1. */
export const TOMBSTONE_REVISION = Number.POSITIVE_INFINITY;
const TOMBSTONE_VARINT = Buffer.from('ffffffffffffffff7f', 'hex');

/** An event as a client proposed it. */
export interface ProposedEvent {
  /** A UUID in lower case. */
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** Where and when an event entered the log. */
export interface EventPlace {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

function revisionSize(revision: number): number {
  return revision === TOMBSTONE_REVISION ? TOMBSTONE_VARINT.length : varintSize(revision);
}

function writeRevision(writer: ProtoWriter, revision: number): void {
  writer.rawByte(3 << 3);
  if (revision === TOMBSTONE_REVISION) writer.rawBytes(TOMBSTONE_VARINT);
  else writer.rawVarint(revision);
}

function writeMapEntry(writer: ProtoWriter, key: string, value: string, valueBytes: number): void {
  writer.open(6, fieldSize(key.length) + fieldSize(valueBytes));
  writer.string(1, key, key.length);
  writer.string(2, value, valueBytes);
}

function mapEntrySize(key: string, valueBytes: number): number {
  return fieldSize(fieldSize(key.length) + fieldSize(valueBytes));
}

/** Appends the record of one event to `writer`; it begins where the writer stood. */
export function encodeStoredEvent(
  writer: ProtoWriter,
  event: ProposedEvent,
  place: EventPlace,
): void {
  const { stream, revision, position, createdAt } = place;
  const streamBytes = Buffer.byteLength(stream);
  const typeBytes = Buffer.byteLength(event.type);
  const contentType = event.isJson ? 'application/json' : 'application/octet-stream';
  const created = createdAt.toString() + TICKS_PER_MILLISECOND_ZEROS;
  const recordedBytes =
    ID_FIELD_BYTES +
    fieldSize(fieldSize(streamBytes)) +
    (1 + revisionSize(revision)) +
    2 * (1 + varintSize(position)) +
    mapEntrySize('type', typeBytes) +
    mapEntrySize('content-type', contentType.length) +
    mapEntrySize('created', created.length) +
    (event.metadata.length > 0 ? fieldSize(event.metadata.length) : 0) +
    fieldSize(event.data.length);
  const readEventBytes = fieldSize(recordedBytes) + 1 + varintSize(position);
  const messageBytes = fieldSize(readEventBytes);

  const start = writer.position;
  writer.reserve(HEADER_BYTES + GRPC_PREFIX_BYTES + messageBytes + 16);
  writer.position = start + HEADER_BYTES;
  writer.rawByte(0);
  writer.rawUint32(messageBytes);
  writer.open(1, readEventBytes);
  writer.open(1, recordedBytes);
  writer.open(1, fieldSize(ID_CHARACTERS));
  writer.string(2, event.id, ID_CHARACTERS);
  const idOffset = writer.position - ID_CHARACTERS - start;
  writer.open(2, fieldSize(streamBytes));
  writer.string(3, stream, streamBytes);
  const streamOffset = writer.position - streamBytes - start;
  writeMapEntry(writer, 'type', event.type, typeBytes);
  const typeOffset = writer.position - typeBytes - start;
  writeRevision(writer, revision);
  writer.varint(4, position);
  writer.varint(5, position);
  writeMapEntry(writer, 'content-type', contentType, contentType.length);
  writeMapEntry(writer, 'created', created, created.length);
  if (event.metadata.length > 0) writer.bytes(7, event.metadata);
  writer.bytes(8, event.data);
  writer.varint(3, position);

  const header = writer.written(start);
  header[0] = FORMAT;
  header[1] = event.type === LINK_TYPE ? FLAG_LINK : 0;
  header.writeUInt16LE(streamOffset, 2);
  header.writeUInt16LE(streamBytes, 4);
  header.writeUInt16LE(typeOffset, 6);
  header.writeUInt16LE(typeBytes, 8);
  header.writeUInt16LE(idOffset, 10);
  header.writeUInt32LE(0, 12);
  header.writeDoubleLE(createdAt, 16);
}

/**
 * A record read back. Every part is cut out only when asked for.
 *
 * `bytes` may be memory that the next read overwrites: copy what is kept.
 */
export class StoredEvent {
  constructor(
    readonly position: number,
    readonly bytes: Buffer,
    /** Length of the record; `bytes` may be longer. */
    private readonly length: number = bytes.length,
  ) {}

  get isLink(): boolean {
    return ((this.bytes[1] ?? 0) & FLAG_LINK) !== 0;
  }

  get stream(): string {
    return this.text(2);
  }

  get type(): string {
    return this.text(6);
  }

  get id(): string {
    const offset = this.bytes.readUInt16LE(10);
    return this.bytes.toString('latin1', offset, offset + ID_CHARACTERS);
  }

  /** Milliseconds since 1970. */
  get createdAt(): number {
    return this.bytes.readDoubleLE(16);
  }

  /** The gRPC frame of this event's `ReadResp`. */
  get frame(): Buffer {
    return this.bytes.subarray(HEADER_BYTES, this.length);
  }

  /** True if the stream's name begins with `prefix`, without decoding it. */
  streamStartsWith(prefix: Buffer): boolean {
    return this.textStartsWith(2, prefix);
  }

  typeStartsWith(prefix: Buffer): boolean {
    return this.textStartsWith(6, prefix);
  }

  /** The `RecordedEvent` message, for answers that carry two events. */
  recordedEvent(): Buffer {
    const message = new ProtoReader(this.bytes, HEADER_BYTES + GRPC_PREFIX_BYTES, this.length);
    message.next();
    const readEvent = message.message();
    readEvent.next();
    return readEvent.bytes();
  }

  data(): Buffer {
    const reader = new ProtoReader(this.recordedEvent());
    while (reader.next()) {
      if (reader.field === 8) return reader.bytes();
      reader.skip();
    }
    return Buffer.alloc(0);
  }

  private text(at: number): string {
    const offset = this.bytes.readUInt16LE(at);
    return this.bytes.toString('utf8', offset, offset + this.bytes.readUInt16LE(at + 2));
  }

  private textStartsWith(at: number, prefix: Buffer): boolean {
    const offset = this.bytes.readUInt16LE(at);
    if (this.bytes.readUInt16LE(at + 2) < prefix.length) return false;
    // Most prefixes differ in their first byte: a loop beats the call that would compare them.
    for (let index = 0; index < prefix.length; index += 1) {
      if (this.bytes[offset + index] !== prefix[index]) return false;
    }
    return true;
  }
}
