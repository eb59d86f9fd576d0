import { describe, expect, it } from '@jest/globals';
import { type FieldError } from '#libs/kernel';
import fc from 'fast-check';
import { interpretSubmission } from './interpret-submission.js';
import { readSubmission } from './read-submission.js';

const understand = (body: unknown) => interpretSubmission(readSubmission(body), ['US']);
const refusal = (body: unknown): { code: string; details: readonly FieldError[] } => {
  try {
    understand(body);
  } catch (error) {
    return error as { code: string; details: readonly FieldError[] };
  }
  throw new Error('It was not refused.');
};

describe('a submission', () => {
  it('is read as the published example gives it', () => {
    const understood = understand({
      source: 'my-webform',
      first_name: 'Jane',
      phone: '5551234567',
      state: 'TX',
      consent: {
        consent_timestamp: '2026-07-05T12:00:00Z',
        consent_text_version: 'webform-v2',
        source_url: 'https://example.com/quote',
      },
    });
    expect(understood).toMatchObject({
      e164: '+15551234567',
      source: 'my-webform',
      state: 'TX',
      warnings: [],
      consent: { timestamp: '2026-07-05T12:00:00.000Z', textVersion: 'webform-v2', problems: [] },
      personal: { first_name: 'Jane', consent: { source_url: 'https://example.com/quote' } },
    });
  });

  it('is read in the shape another platform’s webhook posts', () => {
    const understood = understand({
      event: 'lead.rejected',
      data: {
        firstName: 'Alex',
        lastName: 'Rivera',
        phone: '+15125551212',
        zipCode: '78701',
        consent: {
          timestamp: '2026-04-18T14:32:07.000Z',
          language: 'I agree',
          ip: '198.51.100.42',
        },
        utmSource: 'google',
        hop: 1,
      },
    });
    expect(understood).toMatchObject({
      campaign: { utm_source: 'google' },
      consent: { problems: ['consent_text_version_missing', 'source_url_missing'] },
      personal: {
        first_name: 'Alex',
        last_name: 'Rivera',
        zip: '78701',
        custom_fields: { hop: 1 },
        consent: { language: 'I agree', ip: '198.51.100.42' },
      },
    });
  });

  it('is read in the old short form', () => {
    expect(understand({ name: 'John van Dyke', phone: '5125551212', geo: 'US' })).toMatchObject({
      country: 'US',
      state: null,
      consent: null,
      personal: { first_name: 'John', last_name: 'van Dyke' },
    });
    expect(understand({ phone: '5125551212', geo: 'Texas' })).toMatchObject({ state: 'TX' });
  });

  it('keeps unknown keys and warns of values it cannot understand', () => {
    const understood = understand({
      phone: 5125551212,
      roof_age: 12,
      state: 'Atlantis',
      email: 'nobody',
      zip: 'x',
      dob: '02/30/1980',
      custom_fields: { tags: ['a'] },
    });
    expect(understood.warnings.map((warning) => warning.code)).toEqual([
      'state_not_understood',
      'email_not_understood',
      'zip_not_understood',
      'dob_not_understood',
    ]);
    expect(understood.personal).toMatchObject({
      state_raw: 'Atlantis',
      custom_fields: { roof_age: 12, tags: ['a'] },
    });
  });

  it('loses control characters and half characters, which no database keeps', () => {
    expect(understand({ phone: '5125551212', source: 'a\u0000b\ud800' }).source).toBe('ab\ufffd');
  });

  it('is refused with every wrong field at once', () => {
    const { code, details } = refusal({
      phone: ['5125551212'],
      first_name: { a: 1 },
      email: 'x'.repeat(321),
      consent: { consent_timestamp: 5 },
      custom_fields: 'no',
    });
    expect(code).toBe('validation_failed');
    expect(details.map(({ field, code: reason }) => `${field} ${reason}`).sort()).toEqual([
      'consent.consent_timestamp wrong_type',
      'custom_fields wrong_type',
      'email too_long',
      'first_name wrong_type',
      'phone wrong_type',
    ]);
  });

  it.each([
    [{}, 'required'],
    [{ phone: null }, 'required'],
    [{ phone: '' }, 'required'],
    [{ phone: 'call me' }, 'phone_unparseable'],
    [{ phone: 'anonymous' }, 'caller_anonymous'],
  ])('without a usable phone, %j, is refused as invalid_phone', (body, reason) => {
    expect(refusal(body)).toMatchObject({
      code: 'invalid_phone',
      details: [{ field: 'phone', code: reason }],
    });
  });

  it.each([[null], [[]], ['text'], [5]])('that is no object, %j, is refused', (body) => {
    expect(refusal(body).code).toBe('validation_failed');
  });

  it('is either understood or refused with a code, whatever it is', () => {
    const field = fc.constantFrom(
      'phone',
      'name',
      'consent',
      'geo',
      'data',
      'custom_fields',
      'zip',
    );
    const body = fc.dictionary(fc.oneof(field, fc.string()), fc.jsonValue());
    fc.assert(
      fc.property(body, (value) => {
        try {
          expect(understand(value).e164).toMatch(/^\+/);
        } catch (error) {
          expect((error as { kind?: string }).kind).toBe('validation');
        }
      }),
      { numRuns: 500 },
    );
  });
});
