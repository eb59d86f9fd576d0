import { describe, expect, it } from '@jest/globals';
import { mapColumns } from './column-mapping.js';
import { previewRows } from './preview.js';
import { readRow } from './row-submission.js';

const columns = ['Phone', 'Name', 'consent_timestamp', 'source_url', 'utm_source', 'Roof', 'SSN'];
const mapping = mapColumns(columns, { fields: {}, ignored: ['SSN'] });
const read = (cells: string[], source: string | null = null) =>
  readRow({ number: 1, cells }, mapping, source, ['US']);

describe('a row', () => {
  it('is the submission its columns say, without blank cells and ignored columns', () => {
    const cells = [' (555) 123-4567 ', 'Jane Doe', '2026-01-05T12:00:00Z', '', 'ads', 'tin', '123'];
    expect(read(cells)).toEqual({
      phone: '(555) 123-4567',
      first_name: 'Jane',
      last_name: 'Doe',
      consent: { consent_timestamp: '2026-01-05T12:00:00Z' },
      attribution: { utm_source: 'ads' },
      custom_fields: { Roof: 'tin' },
    });
  });

  it('has the import’s source if it names none itself', () => {
    const sourced = mapColumns(['phone', 'source'], { fields: {}, ignored: [] });
    const sourceOf = (own: string) =>
      readRow({ number: 1, cells: ['5551234567', own] }, sourced, 'list-7', ['US']).source;
    expect([sourceOf(''), sourceOf('web')]).toEqual(['list-7', 'web']);
  });

  it('is refused without a phone', () => {
    expect(() => read(['', 'Jane'])).toThrow(expect.objectContaining({ code: 'invalid_phone' }));
  });

  it('is refused with more cells than columns, unless they are blank', () => {
    const full = ['5551234567', '', '', '', '', '', ''];
    expect(read([...full, '', '']).phone).toBe('5551234567');
    expect(() => read([...full, '', 'Austin, TX'])).toThrow(
      expect.objectContaining({ details: [expect.objectContaining({ code: 'too_many_cells' })] }),
    );
  });
});

describe('a preview', () => {
  it('shows rows as they would be read and counts what is wrong with all of them', async () => {
    const rows = (async function* () {
      for (const [index, phone] of ['5551234567', 'none', '', '+442071234567'].entries()) {
        yield await Promise.resolve({ number: index + 1, cells: [phone, 'Jane Doe'] });
      }
    })();
    const preview = await previewRows(rows, { mapping, source: 'list', countries: ['US'] });
    expect(preview).toMatchObject({
      rows: 4,
      readable: 1,
      withoutConsent: 1,
      refusals: {
        'phone phone_unparseable': 1,
        'phone required': 1,
        'phone country_not_allowed': 1,
      },
    });
    expect(preview.firstRows[0]).toEqual({
      row: 1,
      problems: [],
      lead: {
        phone: '+15551234567',
        phone_raw: '5551234567',
        first_name: 'Jane',
        last_name: 'Doe',
        source: 'list',
      },
    });
    expect(preview.firstRows[1]).toMatchObject({ row: 2, lead: null });
  });
});
