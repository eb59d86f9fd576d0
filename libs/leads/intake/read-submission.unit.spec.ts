import { describe, expect, it } from '@jest/globals';
import { type FieldError } from '#libs/kernel';
import fc from 'fast-check';
import { interpretSubmission } from './interpret-submission.js';
import { readConsentSubmission, readSubmission } from './read-submission.js';

const understand = (body: unknown) => interpretSubmission(readSubmission(body, ['US']), ['US']);
interface Refusal {
  readonly code: string;
  readonly details: readonly FieldError[];
}
const refusalOf = (attempt: () => unknown): Refusal => {
  try {
    attempt();
  } catch (error) {
    return error as Refusal;
  }
  throw new Error('It was not refused.');
};
const refusal = (body: unknown) => refusalOf(() => understand(body));

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

  it.each([
    [{ geo: 'CA' }, 'CA', 'CA', ['state_or_country']],
    [{ geo: 'CA', country: 'US' }, 'CA', 'US', []],
    [{ geo: 'CA', state: 'TX' }, 'TX', 'CA', []],
    [{ geo: 'Canada' }, null, 'CA', []],
    [{ geo: 'DE' }, 'DE', null, []],
    [{ geo: 'Germany' }, null, null, ['state_not_understood']],
  ])('reads %j as a country, a state or both', (place, state, country, warnings) => {
    const understood = understand({ phone: '5125551212', ...place });
    expect(understood).toMatchObject({ state, country });
    expect(understood.warnings.map(({ code }) => code)).toEqual(warnings);
  });

  it('takes consent that stands beside the other fields, as flat forms send it', () => {
    const flat = {
      phone: '5125551212',
      consent_timestamp: '2026-07-05T12:00:00Z',
      consentTextVersion: 'v2',
      source_url: 'https://example.com/quote',
    };
    expect(understand(flat)).toMatchObject({ consent: { textVersion: 'v2', problems: [] } });
    expect(understand(flat).personal).not.toHaveProperty('custom_fields');
    const address = understand({ phone: '5125551212', source_url: 'https://example.com' });
    expect(address).toMatchObject({
      consent: null,
      personal: { custom_fields: { source_url: 'https://example.com' } },
    });
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

  it('takes the phone under its own name, and keeps a second one', () => {
    for (const body of [
      { mobile: '5125551313', phone: '5125551212' },
      { phone: '5125551212', mobile: '5125551313' },
    ]) {
      expect(understand(body)).toMatchObject({
        e164: '+15125551212',
        personal: { custom_fields: { mobile: '5125551313' } },
      });
    }
  });

  it('takes a blank field for one that is not there', () => {
    const understood = understand({ telephone: ' ', phone1: '5125551212', consent: '', state: '' });
    expect(understood).toMatchObject({ e164: '+15125551212', consent: null, warnings: [] });
  });

  it('may carry an object named data beside its phone', () => {
    const understood = understand({ phone_number: '5125551212', data: { roof_age: 12 } });
    expect(understood.personal.custom_fields).toEqual({ data: { roof_age: 12 } });
  });

  it('keeps every part of the consent block, known or not', () => {
    const consent = { url: 'https://example.com/', trusted_form_url: 'https://cert.example/1' };
    expect(understand({ phone: '5125551212', consent }).personal.consent).toEqual({
      source_url: 'https://example.com/',
      trusted_form_url: 'https://cert.example/1',
    });
  });

  it('keeps attribution whole, whatever it is', () => {
    const fbclid = 'x'.repeat(2_000);
    const attribution = { utmSource: 'ads', fbclid, paid: true, path: ['a'] };
    expect(understand({ phone: '5125551212', attribution })).toMatchObject({
      campaign: { utm_source: 'ads' },
      personal: { attribution: { fbclid, paid: 'true', path: '["a"]' } },
    });
  });

  it('cuts a campaign between characters', () => {
    const attribution = { [`utm_${'x'.repeat(95)}😀`]: `${'y'.repeat(499)}😀` };
    expect(understand({ phone: '5125551212', attribution }).campaign).toEqual({
      [`utm_${'x'.repeat(95)}\ufffd`]: `${'y'.repeat(499)}\ufffd`,
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

  it('is refused with an unusable phone among the wrong fields', () => {
    const { details } = refusal({ phone: 'call me', email: 5 });
    expect(details.map(({ field, code: reason }) => `${field} ${reason}`)).toEqual([
      'phone phone_unparseable',
      'email wrong_type',
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

describe('consent posted by itself', () => {
  const whole = {
    timestamp: '2026-07-05T12:00:00Z',
    textVersion: 'webform\u0000-v2',
    sourceUrl: 'https://example.com/quote',
    certificate: 'https://cert.example/1',
  };

  it('is read in any of the known spellings', () => {
    expect(readConsentSubmission(whole)).toEqual({
      consent_timestamp: '2026-07-05T12:00:00Z',
      consent_text_version: 'webform-v2',
      source_url: 'https://example.com/quote',
      evidence: { certificate: 'https://cert.example/1' },
    });
  });

  it.each([
    [null, ['(body) wrong_type']],
    [{}, ['consent_timestamp required', 'consent_text_version required', 'source_url required']],
    [{ ...whole, sourceUrl: 'ftp://example.com' }, ['source_url invalid']],
    [{ ...whole, timestamp: '2026-02-31T12:00:00Z' }, ['consent_timestamp invalid']],
    [{ ...whole, timestamp: 5 }, ['consent_timestamp wrong_type']],
  ])('is refused when it proves nothing: %j', (body, problems) => {
    const refused = refusalOf(() => readConsentSubmission(body));
    expect(refused.details.map(({ field, code }) => `${field} ${code}`)).toEqual(problems);
  });
});
