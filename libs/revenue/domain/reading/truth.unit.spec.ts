import { describe, expect, it } from '@jest/globals';
import { isUnreplaced } from './macros.js';
import { told } from './parsed.fixtures.js';
import { parseBillable, parseStatus, parseTruth } from './truth.js';

describe('truth', () => {
  it.each(['y', 'yes', 'true', 't', '1', 'on', 'YES', 'True'])('"%s" is yes', (text) => {
    expect(told(parseTruth(text))).toBe(true);
  });

  it.each(['n', 'no', 'false', 'f', '0', 'off', 'No', 'FALSE'])('"%s" is no', (text) => {
    expect(told(parseTruth(text))).toBe(false);
  });

  it('is not guessed', () => {
    expect(told(parseTruth('maybe'))).toBe('not_boolean');
    expect(told(parseTruth('45.00'))).toBe('not_boolean');
  });

  const paid = ['billable', 'converted', 'sold', 'qualified', 'paid', 'approved', 'accepted'];
  it.each([...paid, 'Sold', 'PAID'])('the status "%s" is billable', (text) => {
    expect(told(parseStatus(text))).toBe(true);
    expect(told(parseBillable(text))).toBe(true);
  });

  const unpaid = ['not_billable', 'rejected', 'unqualified', 'duplicate', 'no_sale', 'returned'];
  it.each([...unpaid, 'chargeback', 'Not Billable', 'no-sale'])(
    'the status "%s" is not billable',
    (text) => {
      expect(told(parseStatus(text))).toBe(false);
      expect(told(parseBillable(text))).toBe(false);
    },
  );

  it.each(['finished', 'answered', 'completed', '1'])('the status "%s" says nothing', (text) => {
    expect(told(parseStatus(text))).toBeNull();
  });
});

describe('a placeholder', () => {
  it.each([
    ...['[Call:ConversionPayout]', '[tag:A][tag:B]', '[]', '{payout}', '{{payout}}', '{{ a.b }}'],
    ...['--A--phone_number--B--', '%payout%', '#payout#', 'REPLACE_ME', 'REPLACE', 'undefined'],
    ...['null', 'NaN', '', '  ', 'NULL', 'REPLACE_ME: the revenue', '${payout}', '[two\nlines]'],
  ])('is told: "%s"', (value) => {
    expect(isUnreplaced(value)).toBe(true);
  });

  it.each(['0', '42.50', 'Acme [east]', '100%', '#1 Plumbing', 'none', 'Replacements Inc'])(
    'is not what "%s" is',
    (value) => {
      expect(isUnreplaced(value)).toBe(false);
    },
  );
});
