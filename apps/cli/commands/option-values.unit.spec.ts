import { describe, expect, it } from '@jest/globals';
import {
  asOf,
  durationSeconds,
  eachOf,
  overlapSeconds,
  positiveInteger,
  tenantId,
} from './option-values.js';

describe('what is typed after an option', () => {
  it.each([
    ['90d', 7_776_000],
    ['24h', 86_400],
    ['15m', 900],
    ['0s', 0],
  ])('is a time: %s', (text, seconds) => {
    expect(durationSeconds(text)).toBe(seconds);
  });

  it.each(['', '90', 'd', '-1d', '1.5h', '1w', '9999999d'])('is no time: %j', (text) => {
    expect(() => durationSeconds(text)).toThrow('Give a number and a unit');
  });

  it('is an overlap of two keys, of 30 days at most', () => {
    expect(overlapSeconds('30d')).toBe(2_592_000);
    expect(() => overlapSeconds('721h')).toThrow('Give at most 30d.');
  });

  it.each(['0', '-1', '1.5', '1e3', 'many', '9999999999'])('is no count: %j', (text) => {
    expect(() => positiveInteger(text)).toThrow('whole number from 1');
  });

  it('is a revision, a position or an instant', () => {
    expect(asOf('0')).toEqual({ kind: 'revision', revision: 0n });
    expect(asOf('position:2388')).toEqual({ kind: 'position', position: 2388n });
    expect(asOf('2026-07-05')).toEqual({ kind: 'instant', instant: '2026-07-05T00:00:00.000Z' });
    expect(asOf('2026-07-05T14:00:00+02:00')).toEqual({
      kind: 'instant',
      instant: '2026-07-05T12:00:00.000Z',
    });
  });

  it.each(['', 'yesterday', '-1', 'position:', '2026-13-01', 'July 5 2026'])(
    'is no moment: %j',
    (text) => {
      expect(() => asOf(text)).toThrow('Give an instant in ISO-8601');
    },
  );

  it('is a tenant’s id', () => {
    expect(tenantId('acme-2')).toBe('acme-2');
    expect(() => tenantId('Acme Inc')).toThrow('Use 2 to 40');
  });

  it('is collected over repetitions, each word once', () => {
    const scope = eachOf('read', 'write');
    expect(scope('read', scope('write', scope('read', undefined)))).toEqual(['read', 'write']);
    expect(() => scope('admin', undefined)).toThrow('Give read or write.');
  });
});
