import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pageSize, readCursor, toPage } from './page-cursor.js';

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const place = (id: string) => ({ at: '2026-07-05T12:00:00.000Z', id });

describe('a page', () => {
  it('says where the next one begins, unless it is the last', () => {
    const page = toPage(['a', 'b', 'c'], 2, place);
    expect(page.items).toEqual(['a', 'b']);
    expect(readCursor(page.nextCursor ?? '')).toEqual(place('b'));
    expect(toPage(['a', 'b'], 2, place)).toEqual({ items: ['a', 'b'], nextCursor: null });
    expect(toPage([], 2, place).nextCursor).toBeNull();
  });

  it.each([
    [undefined, 50],
    [0, 1],
    [7.9, 7],
    [201, 200],
  ])('asked for with limit %p has room for %d', (limit, size) => {
    expect(pageSize(limit === undefined ? {} : { limit })).toBe(size);
  });
});

describe('a cursor', () => {
  it.each([
    ['not JSON', Buffer.from('{').toString('base64url')],
    ['no list', encoded({})],
    ['no instant', encoded(['yesterday', 'x'])],
    ['a day that does not exist', encoded(['2026-02-31T00:00:00.000Z', 'x'])],
    ['a year no database has', encoded(['0000-01-01T00:00:00.000Z', 'x'])],
    ['an instant in another spelling', encoded(['2026-02-11T24:00:00.000Z', 'x'])],
    ['no id', encoded(['2026-02-11T00:00:00.000Z'])],
    ['an id no database can store', encoded(['2026-02-11T00:00:00.000Z', '\0'])],
  ])('is refused with %s', (_, cursor) => {
    expect(() => readCursor(cursor)).toThrow(expect.objectContaining({ code: 'invalid_cursor' }));
  });

  it('is understood or refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.jsonValue().map(encoded)), (cursor) => {
        try {
          expect(Date.parse(readCursor(cursor).at)).not.toBeNaN();
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_cursor' });
        }
      }),
    );
  });
});
