import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ColumnMapping, mapColumns, type MappingRequest } from './column-mapping.js';
import { IMPORT_FIELD_NAMES } from './import-field.js';

const nothingSaid: MappingRequest = { fields: {}, ignored: [] };
const targets = (mapping: ColumnMapping) =>
  Object.fromEntries(mapping.map(({ column, target }) => [column, target]));

describe('columns nobody said anything about', () => {
  it('fill the fields their names suggest, and become custom fields otherwise', () => {
    const columns = ['First Name', 'Last-Name', 'Cell Phone', 'E-mail', 'ZIP Code', 'Roof age'];
    expect(targets(mapColumns(columns, nothingSaid))).toEqual({
      'First Name': 'first_name',
      'Last-Name': 'last_name',
      'Cell Phone': 'phone',
      'E-mail': 'email',
      'ZIP Code': 'zip',
      'Roof age': 'custom_field',
    });
  });

  it('bring consent and attribution where their names say so', () => {
    const columns = [
      'phone',
      'Consent Timestamp',
      'consent.text_version',
      'Source URL',
      'utmSource',
    ];
    expect(targets(mapColumns(columns, nothingSaid))).toMatchObject({
      'Consent Timestamp': 'consent_timestamp',
      'consent.text_version': 'consent_text_version',
      'Source URL': 'source_url',
      utmSource: 'utm_source',
    });
  });

  it.each(['Timestamp', 'Version', 'URL', 'Text', 'Language', 'Consent'])(
    'are never made evidence of consent by a name such as %s',
    (column) => {
      expect(targets(mapColumns(['phone', column], nothingSaid))[column]).toBe('custom_field');
    },
  );

  it('leave a field to the column that has its very name', () => {
    expect(targets(mapColumns(['Telephone', 'Mobile', 'Phone'], nothingSaid))).toEqual({
      Telephone: 'custom_field',
      Mobile: 'custom_field',
      Phone: 'phone',
    });
  });

  it('never fill one field twice', () => {
    const name = fc.oneof(
      fc.constantFrom(...IMPORT_FIELD_NAMES, 'Phone', 'tel', 'Mobile', 'fname', 'utmSource'),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 40 }), (names) => {
        const mapping = mapColumns([...new Set(['phone', ...names])], nothingSaid);
        const filled = mapping
          .map(({ target }) => target)
          .filter((each) => each !== 'custom_field');
        expect(filled).toEqual([...new Set(filled)]);
      }),
    );
  });
});

describe('what the sender said', () => {
  it('comes before any guess, whose column is kept as a custom field', () => {
    const mapping = mapColumns(['Phone', 'Best number', 'SSN'], {
      fields: { phone: 'best NUMBER ' },
      ignored: ['SSN'],
    });
    expect(targets(mapping)).toEqual({
      Phone: 'custom_field',
      'Best number': 'phone',
      SSN: 'ignored',
    });
  });

  it.each<[string, string[], MappingRequest, RegExp]>([
    ['phone_column_missing', ['Name', 'Contact'], nothingSaid, /"Name", "Contact".*phone=/],
    ['unknown_field', ['Phone'], { fields: { fone: 'Phone' }, ignored: [] }, /first_name/],
    ['unknown_column', ['Phone'], { fields: { email: 'Mail' }, ignored: [] }, /"Mail".*"Phone"/],
    [
      'column_mapped_twice',
      ['Phone'],
      { fields: { phone: 'Phone', email: 'Phone' }, ignored: [] },
      /both phone and email/,
    ],
    [
      'too_many_custom_fields',
      ['Phone', ...Array.from({ length: 101 }, (_, index) => `Extra ${index}`)],
      nothingSaid,
      /101 columns/,
    ],
  ])('is refused with %s and what to do', (code, columns, request, advice) => {
    expect(() => mapColumns(columns, request)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(advice) as unknown }),
    );
  });
});
