import { isSoftDeleted, type StreamRules } from './stream-rules.js';

/** What an append demands of its stream: a state, or its last revision. */
export type ExpectedRevision = 'any' | 'no_stream' | 'stream_exists' | number;

/** The last revision of a stream without events. */
export const NO_REVISION = -1;

/** A stream as the decision sees it. */
export interface StreamState {
  /** {@link NO_REVISION} if nothing was ever appended. */
  readonly lastRevision: number;
  readonly rules: StreamRules;
}

/** What is known of events already written to the stream. */
export interface WrittenIds {
  /** The id of the event at a revision. */
  idAt(revision: number): string | undefined;
  /** The revision of an event of this stream, if it was written lately. */
  recentRevisionOf(id: string): number | undefined;
}

export type AppendDecision =
  /** Write them; `undelete` if the stream was soft-deleted and comes back by this. */
  | { readonly kind: 'append'; readonly undelete: boolean }
  /** All of them are there already: a retry. */
  | { readonly kind: 'already_appended'; readonly lastRevision: number }
  | { readonly kind: 'wrong_expected_revision'; readonly currentRevision: number }
  | { readonly kind: 'stream_deleted' };

function append(state: StreamState): AppendDecision {
  return { kind: 'append', undelete: isSoftDeleted(state.rules) };
}

function conflict(state: StreamState): AppendDecision {
  return { kind: 'wrong_expected_revision', currentRevision: state.lastRevision };
}

/**
 * Decides without a revision to compare at: only ids written lately are recognised. The first id
 * tells whether it is a retry at all; after that every id has to be known.
 */
function decideByRecentIds(
  state: StreamState,
  ids: readonly string[],
  written: WrittenIds,
): AppendDecision {
  let lastRevision = NO_REVISION;
  for (const [index, id] of ids.entries()) {
    const revision = written.recentRevisionOf(id);
    if (revision === undefined) return index === 0 ? append(state) : conflict(state);
    lastRevision = revision;
  }
  return ids.length === 0 ? append(state) : { kind: 'already_appended', lastRevision };
}

/**
 * Decides for a revision that was passed already: a retry has its ids at the revisions after it.
 */
function decideAgainstHistory(
  state: StreamState,
  expected: number,
  ids: readonly string[],
  written: WrittenIds,
): AppendDecision {
  for (const [index, id] of ids.entries()) {
    const revision = expected + 1 + index;
    if (revision <= state.lastRevision && written.idAt(revision) === id) continue;
    const reopens = index === 0 && expected === NO_REVISION && isSoftDeleted(state.rules);
    return reopens ? append(state) : conflict(state);
  }
  if (ids.length === 0) return conflict(state);
  return { kind: 'already_appended', lastRevision: expected + ids.length };
}

/**
 * Decides what becomes of an append, exactly as EventStoreDB 24.10 does.
 *
 * A retry whose events are a prefix of what was written is recognised as one; a different tail is a
 * conflict. Pure: the same state and the same written ids give the same decision.
 */
export function decideAppend(
  state: StreamState,
  expected: ExpectedRevision,
  ids: readonly string[],
  written: WrittenIds,
): AppendDecision {
  if (state.rules.tombstoned) return { kind: 'stream_deleted' };
  if (expected === 'stream_exists') {
    if (isSoftDeleted(state.rules)) return { kind: 'stream_deleted' };
    if (state.lastRevision === NO_REVISION && !state.rules.hasMetadata) return conflict(state);
  }
  if (expected === 'any' || expected === 'stream_exists') {
    return decideByRecentIds(state, ids, written);
  }
  const expectedLast = expected === 'no_stream' ? NO_REVISION : expected;
  if (expectedLast > state.lastRevision) return conflict(state);
  if (expectedLast === state.lastRevision) return append(state);
  return decideAgainstHistory(state, expectedLast, ids, written);
}
