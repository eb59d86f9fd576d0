import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decideAppend,
  type AppendDecision,
  type ExpectedRevision,
  type WrittenIds,
} from './append-decision.js';
import { NO_RULES, type StreamRules } from './stream-rules.js';

/** A stream written down in the plainest way: its ids in order, and what was done to it. */
interface PlainStream {
  readonly ids: readonly string[];
  readonly fate: 'alive' | 'only metadata' | 'soft-deleted' | 'tombstoned';
  /** Whether its ids are remembered for appends that name no revision. */
  readonly remembered: boolean;
}

const RULES: Readonly<Record<PlainStream['fate'], StreamRules>> = {
  alive: NO_RULES,
  'only metadata': { ...NO_RULES, hasMetadata: true },
  'soft-deleted': { ...NO_RULES, hasMetadata: true, truncateBefore: 2 ** 63 },
  tombstoned: { ...NO_RULES, tombstoned: true },
};

function written(stream: PlainStream): WrittenIds {
  return {
    idAt: (revision) => stream.ids[revision],
    recentRevisionOf: (id) => {
      const revision = stream.ids.indexOf(id);
      return stream.remembered && revision >= 0 ? revision : undefined;
    },
  };
}

function decide(
  stream: PlainStream,
  expected: ExpectedRevision,
  ids: readonly string[],
): AppendDecision {
  const state = { lastRevision: stream.ids.length - 1, rules: RULES[stream.fate] };
  return decideAppend(state, expected, ids, written(stream));
}

/** The rules of the documentation, told from the outside, without a loop over revisions. */
function naively(
  stream: PlainStream,
  expected: ExpectedRevision,
  ids: readonly string[],
): AppendDecision {
  const last = stream.ids.length - 1;
  const conflict = { kind: 'wrong_expected_revision', currentRevision: last } as const;
  const append = { kind: 'append', undelete: stream.fate === 'soft-deleted' } as const;
  if (stream.fate === 'tombstoned') return { kind: 'stream_deleted' };
  if (expected === 'stream_exists') {
    if (stream.fate === 'soft-deleted') return { kind: 'stream_deleted' };
    if (last < 0 && stream.fate !== 'only metadata') return conflict;
  }
  if (expected === 'any' || expected === 'stream_exists') {
    const known = ids.filter((id) => stream.remembered && stream.ids.includes(id));
    if (ids.length === 0 || !known.includes(ids[0]!)) return append;
    if (known.length < ids.length) return conflict;
    return { kind: 'already_appended', lastRevision: stream.ids.indexOf(ids.at(-1)!) };
  }
  const at = expected === 'no_stream' ? -1 : expected;
  if (at === last) return append;
  const there = stream.ids.slice(at + 1, at + 1 + ids.length);
  if (at < last && ids.length > 0 && there.join() === ids.join()) {
    return { kind: 'already_appended', lastRevision: at + ids.length };
  }
  const reopens = at === -1 && at < last && stream.fate === 'soft-deleted';
  return reopens && ids.length > 0 && there[0] !== ids[0] ? append : conflict;
}

const letters = (from: string): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.constantFrom(...Array.from(from)), { maxLength: 4 });

const plainStream: fc.Arbitrary<PlainStream> = fc
  .record({
    ids: letters('abcd'),
    fate: fc.constantFrom('alive', 'only metadata', 'soft-deleted', 'tombstoned'),
    remembered: fc.boolean(),
  })
  .map((stream) => stream);

const expectation: fc.Arbitrary<ExpectedRevision> = fc.oneof(
  fc.constantFrom<ExpectedRevision>('any', 'no_stream', 'stream_exists'),
  fc.integer({ min: 0, max: 5 }),
);

/** Slices of the stream's own ids are as likely as strangers: retries are what matters. */
function proposal(stream: PlainStream): fc.Arbitrary<string[]> {
  const slice = fc
    .tuple(fc.nat(4), fc.nat(4), letters('xyz'))
    .map(([from, length, tail]) => [...stream.ids.slice(from, from + length), ...tail]);
  return fc.oneof(slice, letters('abcdxyz'));
}

describe('the decision about an append', () => {
  it('is the one a naive model takes', () => {
    fc.assert(
      fc.property(
        plainStream.chain((stream) => fc.tuple(fc.constant(stream), proposal(stream))),
        expectation,
        ([stream, ids], expected) => {
          expect(decide(stream, expected, ids)).toEqual(naively(stream, expected, ids));
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it('recognises every append that was accepted when it is repeated', () => {
    fc.assert(
      fc.property(letters('abcd'), fc.integer({ min: -1, max: 3 }), (ids, at) => {
        fc.pre(at < ids.length - 1);
        const stream: PlainStream = { ids, fate: 'alive', remembered: false };
        const expected = at < 0 ? 'no_stream' : at;
        expect(decide(stream, expected, ids.slice(at + 1))).toEqual({
          kind: 'already_appended',
          lastRevision: ids.length - 1,
        });
      }),
    );
  });

  it('does not believe an id that is remembered for another stream', () => {
    const stream: PlainStream = { ids: ['a'], fate: 'alive', remembered: true };
    expect(decide(stream, 'any', ['z'])).toEqual({ kind: 'append', undelete: false });
  });
});
