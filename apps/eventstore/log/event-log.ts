import { randomUUID } from 'node:crypto';

import { openDatabase, type EventDatabase } from './database.js';
import { lockFolder, type FolderLock } from './folder-lock.js';
import { GroupCommitWriter } from './group-commit-writer.js';
import { LogReader } from './log-reader.js';
import { makeFolder } from './make-folder.js';
import type { StoredEvent } from './stored-event.js';
import { StreamStates } from './stream-states.js';
import type { WriteOutcome, WriteRequest } from './write-request.js';

/** Called after every commit. */
export type CommitListener = () => void;

export interface EventLogOptions {
  readonly dataDir: string;
  /** The files failed in a way that only a restart can answer. */
  readonly onFatal: (error: Error) => void;
}

/** The durable log of one data folder: one writer, any number of readers and followers. */
export class EventLog {
  readonly reader: LogReader;
  private readonly states: StreamStates;
  private readonly writer: GroupCommitWriter;
  private readonly listeners = new Set<CommitListener>();
  private committedHead: number;

  private constructor(
    private readonly database: EventDatabase,
    private readonly lock: FolderLock,
    onFatal: (error: Error) => void,
  ) {
    this.states = new StreamStates(database);
    this.reader = new LogReader(database, this.states);
    this.committedHead = lastPosition(database);
    this.writer = new GroupCommitWriter(
      database,
      this.states,
      this.committedHead,
      (events) => {
        this.announce(events);
      },
      onFatal,
    );
  }

  /** Opens the folder, creating it if need be. Throws if another process uses it. */
  static async open({ dataDir, onFatal }: EventLogOptions): Promise<EventLog> {
    makeFolder(dataDir);
    const lock = await lockFolder(dataDir);
    try {
      const log = new EventLog(openDatabase(dataDir), lock, onFatal);
      if (log.head === 0) await log.writeFirstEvent();
      return log;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Position of the last durable event. */
  get head(): number {
    return this.committedHead;
  }

  /** True while so many writes wait that callers should read no further requests. */
  get isBusy(): boolean {
    return this.writer.isFull;
  }

  /** Resolves when no longer {@link isBusy}. */
  ready(): Promise<void> {
    return this.writer.ready();
  }

  submit(request: WriteRequest): void {
    this.writer.submit(request);
  }

  /** Calls `listener` after every commit until the returned function is called. */
  follow(listener: CommitListener): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Last revision of a stream, -1 if it has no events. */
  lastRevision(stream: string): number {
    return this.states.get(stream).lastRevision;
  }

  /** Resolves when no write waits or is under way. */
  idle(): Promise<void> {
    return this.writer.idle();
  }

  /** Waits for the writes under way, then closes the files. */
  async close(): Promise<void> {
    await this.writer.idle();
    await this.database.close();
    await this.lock.release();
  }

  private announce(events: readonly StoredEvent[]): void {
    this.committedHead += events.length;
    this.reader.remember(events);
    for (const listener of this.listeners) listener();
  }

  /**
   * As on EventStoreDB, the log of a new store is not empty but begins with a system event: here
   * the metadata of `$settings`, by which clients recognise a store that was set up.
   */
  private async writeFirstEvent(): Promise<void> {
    const outcome = await new Promise<WriteOutcome>((settle) => {
      this.submit({
        kind: 'append',
        stream: '$$$settings',
        expected: 'no_stream',
        events: [
          {
            id: randomUUID(),
            type: '$metadata',
            isJson: true,
            data: Buffer.from('{"$maxCount":1}'),
            metadata: Buffer.alloc(0),
          },
        ],
        byteCount: 0,
        deadline: Number.POSITIVE_INFINITY,
        settle,
      });
    });
    if ('reason' in outcome) throw new Error(outcome.reason);
  }
}

function lastPosition(database: EventDatabase): number {
  for (const position of database.events.getKeys({ reverse: true, limit: 1 })) return position;
  return 0;
}
