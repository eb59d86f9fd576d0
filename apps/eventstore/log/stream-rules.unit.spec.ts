import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  firstVisibleRevision,
  isMetastream,
  isSoftDeleted,
  isYoungEnough,
  metastreamOf,
  NO_RULES,
  originalStreamOf,
  parseStreamMetadata,
  SOFT_DELETE_METADATA,
  undeleteMetadata,
} from './stream-rules.js';

describe('the rules of a stream', () => {
  it('are read from its metadata, ages in seconds', () => {
    expect(parseStreamMetadata('{"$maxCount":5,"$maxAge":3,"$tb":7,"other":1}')).toEqual({
      tombstoned: false,
      truncateBefore: 7,
      maxCount: 5,
      maxAgeMs: 3_000,
      hasMetadata: true,
    });
  });

  it('hide nothing if the metadata is anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (json) => {
        fc.pre(!/\$maxCount|\$maxAge|\$tb/.test(json));
        expect(parseStreamMetadata(json)).toEqual({ ...NO_RULES, hasMetadata: true });
      }),
    );
  });

  it('know a soft deletion by the revision no stream reaches', () => {
    expect(isSoftDeleted(parseStreamMetadata(SOFT_DELETE_METADATA))).toBe(true);
    expect(isSoftDeleted(parseStreamMetadata('{"$tb":9007199254740991}'))).toBe(false);
  });

  it('end a soft deletion and keep everything else', () => {
    const json = undeleteMetadata('{"$tb":9223372036854775807,"$maxCount":2,"own":"x"}', 4);
    expect(JSON.parse(json)).toEqual({ $tb: 4, $maxCount: 2, own: 'x' });
  });

  it('show what neither the count nor the truncation hides', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(60), fc.integer({ min: 1, max: 60 }), (last, tb, count) => {
        const rules = { ...NO_RULES, truncateBefore: tb, maxCount: count };
        const all = Array.from({ length: last + 1 }, (_, revision) => revision);
        const visible = all.slice(-count).filter((revision) => revision >= tb);
        const first = firstVisibleRevision(rules, last);
        expect(all.filter((revision) => revision >= first)).toEqual(visible);
      }),
    );
  });

  it('show events until they are older than allowed', () => {
    const rules = { ...NO_RULES, maxAgeMs: 1_000 };
    expect(isYoungEnough(rules, 5_000, 6_000)).toBe(true);
    expect(isYoungEnough(rules, 5_000, 6_001)).toBe(false);
    expect(isYoungEnough(NO_RULES, 0, Number.MAX_SAFE_INTEGER)).toBe(true);
  });
});

describe('a metadata stream', () => {
  it('is named after its stream', () => {
    expect(metastreamOf('lead-1')).toBe('$$lead-1');
    expect(originalStreamOf('$$lead-1')).toBe('lead-1');
    expect(isMetastream('$$lead-1')).toBe(true);
    expect(isMetastream('$ce-lead')).toBe(false);
  });
});
