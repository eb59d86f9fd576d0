import { randomUUID } from 'node:crypto';

import type { ProtoWriter } from '../wire/proto-writer.js';
import {
  decideAppend,
  type AppendDecision,
  type StreamState,
  type WrittenIds,
} from './append-decision.js';
import { WrittenByAnother } from './commit-failure.js';
import {
  decodePosition,
  encodePosition,
  putAtEnd,
  revisionKey,
  type EventDatabase,
} from './database.js';
import {
  StoredEvent,
  TOMBSTONE_REVISION,
  encodeStoredEvent,
  type ProposedEvent,
} from './stored-event.js';
import {
  SOFT_DELETE_METADATA,
  isMetastream,
  isSoftDeleted,
  metastreamOf,
  originalStreamOf,
  parseStreamMetadata,
  undeleteMetadata,
  type StreamRules,
} from './stream-rules.js';
import type { StreamStates } from './stream-states.js';
import type { TwoGenerationCache } from './two-generation-cache.js';
import type { AppendRequest, DeleteRequest, WriteOutcome, WriteRequest } from './write-request.js';

const METADATA_TYPE = '$metadata';
const STREAM_DELETED_TYPE = '$streamDeleted';
const EMPTY = Buffer.alloc(0);

/** Memory shared by all batches; only one is under way at a time. */
export interface BatchContext {
  readonly database: EventDatabase;
  readonly states: StreamStates;
  /** Event id → revision. A hint: the log itself says whether it is true. */
  readonly recentIds: TwoGenerationCache<string, number>;
}

interface NewRecord {
  readonly stream: string;
  readonly revision: number;
  /** Where its bytes begin in the slab. */
  readonly start: number;
}

/**
 * A group of writes that is committed together: each is decided on the state the ones before it
 * leave, all of them become durable at once or none does.
 */
export class WriteBatch {
  private readonly records: NewRecord[] = [];
  /** Streams as they will be; readers see them only after the commit. */
  private readonly changed = new Map<string, StreamState>();
  private readonly changedRules = new Map<string, StreamRules>();

  constructor(
    private readonly context: BatchContext,
    /** Takes the records of this batch; they stay there until it is used again. */
    private readonly slab: ProtoWriter,
    /** The position of the last event committed before this batch. */
    private readonly head: number,
    private readonly now: number,
  ) {
    slab.reset();
  }

  /** True if nothing has to be written. */
  get isEmpty(): boolean {
    return this.records.length === 0;
  }

  /** Where the log ends once this batch is committed. */
  get newHead(): number {
    return this.head + this.records.length;
  }

  get byteCount(): number {
    return this.slab.position;
  }

  /** Decides a write and prepares it. The outcome holds only once {@link commit} has succeeded. */
  add(request: WriteRequest): WriteOutcome {
    return request.kind === 'append' ? this.addAppend(request) : this.addDelete(request);
  }

  /**
   * Writes everything, waits until it is on disk, and only then shows it to readers. Throws
   * {@link WrittenByAnother}, nothing written, if the log has grown meanwhile: LMDB looks within the
   * transaction, which no other process can share.
   */
  async commit(): Promise<void> {
    const { database, states } = this.context;
    const puts: Promise<boolean>[] = [];
    const isStillTheEnd = database.events.ifNoExists(this.head + 1, () => {
      this.records.forEach((record, index) => {
        puts.push(this.put(record, index));
      });
      for (const [stream, rules] of this.changedRules) {
        void database.rules.put(Buffer.from(stream), rules);
      }
    });
    const [isWritten, ...arePut] = await Promise.all([isStillTheEnd, ...puts]);
    if (!isWritten) throw new WrittenByAnother();
    if (arePut.includes(false)) throw new Error('The log goes on behind a gap.');
    for (const [stream, state] of this.changed) states.set(stream, state);
  }

  /** Everything in this batch, in order. */
  events(): StoredEvent[] {
    return this.records.map(
      (_, index) => new StoredEvent(this.head + 1 + index, this.recordBytes(index)),
    );
  }

  /** False if there are events behind its position. */
  private put(record: NewRecord, index: number): Promise<boolean> {
    const { database } = this.context;
    const position = this.head + 1 + index;
    if (record.revision !== TOMBSTONE_REVISION) {
      const key = revisionKey(record.stream, record.revision);
      void database.revisions.put(key, encodePosition(position));
    }
    return putAtEnd(database, position, this.recordBytes(index));
  }

  private recordBytes(index: number): Buffer {
    return this.slab.written(this.records[index]?.start, this.records[index + 1]?.start);
  }

  /** A stream as the writes before this one leave it. */
  private stateOf(stream: string): StreamState {
    return this.changed.get(stream) ?? this.context.states.get(stream);
  }

  private addAppend(request: AppendRequest): WriteOutcome {
    const { stream, events } = request;
    const state = this.stateOf(stream);
    const ids = events.map((event) => event.id);
    const decision = decideAppend(state, request.expected, ids, this.writtenTo(stream));
    if (decision.kind !== 'append') return this.outcomeOf(stream, decision);
    if (events.length === 0) {
      return { kind: 'written', revision: state.lastRevision, position: undefined };
    }
    const revision = state.lastRevision + events.length;
    this.write(stream, events);
    const position = this.newHead;
    if (decision.undelete) this.undelete(stream, revision - events.length + 1);
    if (isMetastream(stream)) this.takeOverMetadata(stream, events);
    return { kind: 'written', revision, position };
  }

  private outcomeOf(
    stream: string,
    decision: Exclude<AppendDecision, { kind: 'append' }>,
  ): WriteOutcome {
    if (decision.kind !== 'already_appended') return decision;
    const revision = decision.lastRevision;
    return { kind: 'written', revision, position: this.positionOf(stream, revision) };
  }

  private addDelete(request: DeleteRequest): WriteOutcome {
    const { stream, kind } = request;
    const state = this.stateOf(stream);
    const id = randomUUID();
    const decision = decideAppend(state, request.expected, [id], this.writtenTo(stream));
    if (decision.kind !== 'append') return this.outcomeOf(stream, decision);
    if (kind === 'tombstone') {
      this.tombstone(stream, state, id);
    } else {
      if (state.lastRevision < 0 && !state.rules.hasMetadata) {
        return { kind: 'wrong_expected_revision', currentRevision: state.lastRevision };
      }
      this.writeMetadata(stream, SOFT_DELETE_METADATA);
    }
    return { kind: 'written', revision: state.lastRevision, position: this.newHead };
  }

  private tombstone(stream: string, state: StreamState, id: string): void {
    const rules = { ...state.rules, tombstoned: true };
    this.record(stream, TOMBSTONE_REVISION, {
      id,
      type: STREAM_DELETED_TYPE,
      isJson: false,
      data: EMPTY,
      metadata: EMPTY,
    });
    this.changeRules(stream, rules);
  }

  private write(stream: string, events: readonly ProposedEvent[]): void {
    const state = this.stateOf(stream);
    let revision = state.lastRevision;
    for (const event of events) {
      revision += 1;
      this.record(stream, revision, event);
      this.context.recentIds.set(event.id, revision);
    }
    this.changed.set(stream, { lastRevision: revision, rules: state.rules });
  }

  private record(stream: string, revision: number, event: ProposedEvent): void {
    const { slab } = this;
    const start = slab.position;
    const position = this.newHead + 1;
    encodeStoredEvent(slab, event, { stream, revision, position, createdAt: this.now });
    this.records.push({ stream, revision, start });
  }

  private writeMetadata(stream: string, json: string): void {
    this.write(metastreamOf(stream), [
      {
        id: randomUUID(),
        type: METADATA_TYPE,
        isJson: true,
        data: Buffer.from(json),
        metadata: EMPTY,
      },
    ]);
    this.changeRules(stream, parseStreamMetadata(json));
  }

  private changeRules(stream: string, rules: StreamRules): void {
    this.changedRules.set(stream, rules);
    this.changed.set(stream, { ...this.stateOf(stream), rules });
    if (!rules.tombstoned) return;
    const metastream = metastreamOf(stream);
    const state = this.stateOf(metastream);
    this.changed.set(metastream, { ...state, rules: { ...state.rules, tombstoned: true } });
  }

  /** A metadata stream was appended to: its last event rules the original stream from now on. */
  private takeOverMetadata(metastream: string, events: readonly ProposedEvent[]): void {
    const stream = originalStreamOf(metastream);
    const state = this.stateOf(stream);
    const json = Buffer.from(events.at(-1)?.data ?? EMPTY).toString();
    if (isSoftDeleted(state.rules)) {
      this.writeMetadata(stream, undeleteMetadata(json, state.lastRevision + 1));
    } else {
      this.changeRules(stream, parseStreamMetadata(json));
    }
  }

  /** New events bring a soft-deleted stream back: the ones before them stay hidden. */
  private undelete(stream: string, firstRevision: number): void {
    const metastream = metastreamOf(stream);
    const last = this.stateOf(metastream).lastRevision;
    const json = this.eventAt(metastream, last)?.data().toString() ?? '{}';
    this.writeMetadata(stream, undeleteMetadata(json, firstRevision));
  }

  private writtenTo(stream: string): WrittenIds {
    const idAt = (revision: number): string | undefined => this.eventAt(stream, revision)?.id;
    return {
      idAt,
      recentRevisionOf: (id) => {
        const revision = this.context.recentIds.get(id);
        return revision !== undefined && idAt(revision) === id ? revision : undefined;
      },
    };
  }

  private positionOf(stream: string, revision: number): number | undefined {
    const index = this.records.findIndex(
      (record) => record.revision === revision && record.stream === stream,
    );
    if (index >= 0) return this.head + 1 + index;
    const position = this.context.database.revisions.get(revisionKey(stream, revision));
    return position === undefined ? undefined : decodePosition(position);
  }

  /** An event of a stream, written earlier or in this very batch. */
  private eventAt(stream: string, revision: number): StoredEvent | undefined {
    const position = this.positionOf(stream, revision);
    if (position === undefined) return undefined;
    const index = position - this.head - 1;
    if (index >= 0) return new StoredEvent(position, this.recordBytes(index));
    const bytes = this.context.database.events.get(position);
    return bytes === undefined ? undefined : new StoredEvent(position, bytes);
  }
}
