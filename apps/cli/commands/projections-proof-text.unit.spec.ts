import { describe, expect, it } from '@jest/globals';
import { type Verification } from '#libs/read-db';
import { auditText, unprovenText, verificationText } from './projections-proof-text.js';

const equal: Verification = {
  ...{ name: 'lead_list', build: 2, version: 1, outcome: 'equal', position: 700n },
  rows: {
    ...{ liveRows: 1_200n, recomputedRows: 1_200n, missing: 0n, extra: 0n, changed: 0n },
    differences: [],
  },
  applied: { count: 5_000n, digest: '0a' },
  recomputed: { count: 5_000n, digest: '0a' },
};

describe('what a proof says', () => {
  it('tells how much is equal', () => {
    expect(verificationText(equal)).toBe(
      'lead_list build 2 (version 1) equals the log: 1,200 rows of 5,000 events up to position 700.',
    );
  });

  it('tells of each row what differs, and how many more there are', () => {
    const column = { column: 'status', sealed: false, live: 'new', recomputed: null };
    const sealed = { column: 'personal', sealed: true, live: null, recomputed: null };
    const text = verificationText({
      ...equal,
      outcome: 'differs',
      rows: {
        ...{ liveRows: 1_201n, recomputedRows: 1_200n, missing: 0n, extra: 1n, changed: 4n },
        differences: [
          { kind: 'changed', key: { tenant_id: 'acme', lead_id: 'a' }, columns: [column, sealed] },
          { kind: 'extra', key: { tenant_id: 'acme', lead_id: 'b' }, columns: [] },
        ],
      },
      applied: { count: 4_999n, digest: '0b' },
    });
    expect(text.split('\n')).toEqual([
      'lead_list build 2 (version 1) DIFFERS from the log up to position 700: ' +
        '0 rows missing, 1 extra, 4 changed, of 1,200.',
      '  changed tenant_id=acme lead_id=a',
      '    status is "new", and should be null',
      '    personal differs; it is sealed',
      '  extra tenant_id=acme lead_id=b',
      '  and 3 rows more',
      '  The log has 5,000 events for it, and it says that it applied 4,999; ' +
        'projections audit lead_list tells which.',
    ]);
  });

  it('tells why there is none', () => {
    const failed = {
      name: 'dedupe',
      build: 1,
      version: 2,
      outcome: 'failed',
      reason: 'Bad.',
    } as const;
    expect(verificationText(failed)).toBe('dedupe build 1 (version 2) could not be verified: Bad.');
    expect(unprovenText({ name: 'dedupe', reason: 'Bad.' })).toBe('dedupe cannot be proven: Bad.');
  });

  it('tells what an audit found', () => {
    const audit = { name: 'dedupe', build: 1, position: 9n, checkedAt: null, findings: [] };
    const message = 'LeadReceived was not applied.';
    expect(auditText({ ...audit, state: 'differs', message })).toBe(
      'dedupe build 1: DIFFERS from the log. LeadReceived was not applied.',
    );
  });
});
