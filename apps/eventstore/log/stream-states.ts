import { NO_REVISION, type StreamState } from './append-decision.js';
import { revisionKey, revisionOfKey, type EventDatabase } from './database.js';
import { METASTREAM_RULES, NO_RULES, isMetastream, originalStreamOf } from './stream-rules.js';
import { TwoGenerationCache } from './two-generation-cache.js';

const CACHED_STREAMS_MAX = 50_000;

/** The state of every stream: from memory if used lately, else from the files. */
export class StreamStates {
  private readonly cache = new TwoGenerationCache<string, StreamState>(CACHED_STREAMS_MAX);

  constructor(private readonly database: EventDatabase) {}

  get(stream: string): StreamState {
    const known = this.cache.get(stream);
    if (known !== undefined) return known;
    const state = { lastRevision: this.lastRevision(stream), rules: this.rules(stream) };
    this.cache.set(stream, state);
    return state;
  }

  /** Takes over what was committed. */
  set(stream: string, state: StreamState): void {
    this.cache.set(stream, state);
  }

  private rules(stream: string): StreamState['rules'] {
    if (!isMetastream(stream)) return this.database.rules.get(Buffer.from(stream)) ?? NO_RULES;
    const original = this.database.rules.get(Buffer.from(originalStreamOf(stream))) ?? NO_RULES;
    return { ...METASTREAM_RULES, tombstoned: original.tombstoned };
  }

  private lastRevision(stream: string): number {
    // Revisions begin at 0 and are never taken away: most new streams are settled by this one look.
    if (!this.database.revisions.doesExist(revisionKey(stream, 0))) return NO_REVISION;
    const last = this.database.revisions.getKeys({
      start: revisionKey(stream, Number.MAX_SAFE_INTEGER),
      end: revisionKey(stream, 0),
      reverse: true,
      limit: 1,
    });
    for (const key of last) return revisionOfKey(key);
    return 0;
  }
}
