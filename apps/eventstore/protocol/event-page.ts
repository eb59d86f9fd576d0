import type { LogReader } from '../log/log-reader.js';
import type { StoredEvent } from '../log/stored-event.js';
import { ProtoWriter, encodeMessage } from '../wire/proto-writer.js';
import { writeFrame } from './shared-messages.js';

/** A page is sent when it has so many bytes … */
const PAGE_BYTES = 64 * 1024;
/** … or was gathered from so many events, so that appends never wait long for a reader. */
const PAGE_EVENTS_CONSIDERED = 1_000;

/** `<revision>@<stream>`: what a link points at. */
const LINK_TARGET = /^(\d{1,15})@(.+)$/s;

/** Pages are filled and taken within one turn of the event loop, so they share their memory. */
const memory = new ProtoWriter(2 * PAGE_BYTES);

/** Answers gathered for one write to the client. */
export class EventPage {
  private readonly writer = memory;
  private considered = 0;
  /** Events added. */
  eventCount = 0;

  constructor(
    private readonly reader: LogReader,
    private readonly resolveLinks: boolean,
  ) {
    memory.reset();
  }

  /** True if nothing has to be sent. */
  get isEmpty(): boolean {
    return this.writer.position === 0;
  }

  /** The framed messages, ready to be sent. */
  frames(): Buffer {
    return Buffer.from(this.writer.written());
  }

  /** Notes that one more event was looked at; true if the page should be sent now. */
  consider(): boolean {
    this.considered += 1;
    return this.writer.position >= PAGE_BYTES || this.considered >= PAGE_EVENTS_CONSIDERED;
  }

  /** Adds an event: as it is stored, unless it is a link that has to be followed. */
  addEvent(event: StoredEvent): void {
    this.eventCount += 1;
    if (this.resolveLinks && event.isLink) this.addResolved(event);
    else this.writer.rawBytes(event.frame);
  }

  addCheckpoint(position: number): void {
    writeFrame(this.writer, (writer) => {
      writer.message(3, (checkpoint) => {
        checkpoint.varint(1, position);
        checkpoint.varint(2, position);
      });
    });
  }

  addCaughtUp(): void {
    writeFrame(this.writer, (writer) => {
      writer.open(8, 0);
    });
  }

  /** A link with its target, or alone if the target is not to be seen. */
  private addResolved(event: StoredEvent): void {
    // The next read overwrites the link's bytes.
    const link = Buffer.from(event.recordedEvent());
    const { position } = event;
    const target = this.targetOf(event.data().toString());
    const readEvent = encodeMessage((writer) => {
      if (target !== undefined) writer.bytes(1, target.recordedEvent());
      writer.bytes(2, link);
      writer.varint(3, position);
    });
    writeFrame(this.writer, (writer) => {
      writer.bytes(1, readEvent);
    });
  }

  private targetOf(data: string): StoredEvent | undefined {
    const [, revision, stream] = LINK_TARGET.exec(data) ?? [];
    if (revision === undefined || stream === undefined) return undefined;
    return this.reader.readEvent(stream, Number(revision), Date.now());
  }
}
