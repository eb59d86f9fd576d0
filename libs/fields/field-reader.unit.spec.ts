import { DomainError } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FieldReader } from './field-reader.js';

/** What is wrong with a document by `read`, as `field code`. */
function faults(sent: unknown, read: (fields: FieldReader) => unknown): string[] {
  const fields = new FieldReader(sent);
  read(fields);
  try {
    fields.refuseWrong();
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const details = error.details as readonly { field: string; code: string }[];
    return details.map(({ field, code }) => `${field} ${code}`);
  }
}

const tier = (fields: FieldReader) => fields.integer('seconds', { min: 0, max: 600 });
const all = (fields: FieldReader) => ({
  name: fields.text('name', { max: 5 }),
  note: fields.nullable('note', null, () => fields.text('note', {})),
  size: fields.integer('size', { min: 1, max: 9 }, 3),
  open: fields.boolean('open', false),
  kind: fields.word('kind', ['big', 'small'], 'big'),
  inner: fields.object('inner').text('code', { pattern: /^[a-z]$/ }, 'a'),
  tiers: fields.list('tiers', { max: 2 }, tier),
  tags: fields.texts('tags', { max: 3 }, { max: 3 }),
  ranks: fields.entries('ranks', { max: 2 }, (ranks, name) =>
    ranks.integer(name, { min: 0, max: 9 }),
  ),
});

describe('fields from outside', () => {
  it('are read with their fallbacks, and text as numbers where a form sends it so', () => {
    expect(all(new FieldReader({ name: ' Ann ', size: '7', open: 'true' }))).toEqual({
      ...{ name: 'Ann', note: null, size: 7, open: true, kind: 'big', inner: 'a' },
      ...{ tiers: [], tags: [], ranks: [] },
    });
    const full = {
      ...{ name: 'Bo', note: 'x', kind: 'small', inner: { code: 'z' }, tags: ['a', 'b'] },
      ...{ tiers: [{ seconds: 5 }], ranks: { b: 1, a: 2 } },
    };
    expect(all(new FieldReader(full))).toMatchObject({
      ...{ note: 'x', kind: 'small', inner: 'z', tiers: [5], tags: ['a', 'b'] },
      ranks: [
        ['b', 1],
        ['a', 2],
      ],
    });
  });

  it('are refused all at once, each by its path', () => {
    const wrong = {
      ...{ name: 'too long', note: 7, size: 1.5, open: 'maybe', kind: 'round', colour: 'red' },
      ...{ inner: { code: 'A', more: 1 }, tiers: [{ seconds: 601 }, 'x'], tags: ['abcd', ''] },
      ranks: { a: 'high' },
    };
    expect(faults(wrong, all)).toEqual([
      ...['name too_long', 'note wrong_type', 'size wrong_type', 'open wrong_type'],
      ...['kind not_allowed', 'inner.code wrong_format', 'tiers.0.seconds out_of_range'],
      ...['tiers.1 wrong_type', 'tags.0 too_long', 'tags.1 required', 'ranks.a wrong_type'],
      ...['colour unknown_field', 'inner.more unknown_field'],
    ]);
  });

  it('that are null are not left out', () => {
    expect(faults({ name: null, size: null, inner: null }, all)).toEqual([
      ...['name wrong_type', 'size wrong_type', 'inner wrong_type'],
    ]);
  });

  it('of lists are counted', () => {
    const some = (fields: FieldReader) => fields.texts('tags', { min: 1, max: 2 }, {});
    expect(faults({}, some)).toEqual(['tags required']);
    expect(faults({ tags: [] }, some)).toEqual(['tags too_few']);
    expect(faults({ tags: ['a', 'b', 'c'] }, some)).toEqual(['tags too_many']);
    expect(faults({ tags: 'a' }, some)).toEqual(['tags wrong_type']);
  });

  it.each([undefined, null, [], 'text', 7])('of %j are none', (sent) => {
    expect(faults(sent, all)).toContain('(body) wrong_type');
  });

  it('are read or refused in words, whatever is sent', () => {
    const sent = fc.dictionary(
      fc.constantFrom('name', 'tiers', 'tags', 'inner', 'x'),
      fc.anything(),
    );
    fc.assert(fc.property(fc.oneof(fc.anything(), sent), (value) => void faults(value, all)));
  });
});
