import { ConsentSubmission, LeadSubmission } from '#libs/leads';
import { type Type } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';

// Here, and not beside the rules of each field: what takes leads in without HTTP, as the command
// line and the worker do, need not load what describes them.

/** The body that records consent, as openapi.json describes it. */
export const consentBody = described(ConsentSubmission, {
  consent_timestamp: {
    description: 'When the consumer consented, ISO-8601 with zone.',
    example: '2026-07-05T12:00:00Z',
  },
  consent_text_version: { description: 'Which consent text was shown.', example: 'webform-v2' },
  source_url: {
    description: 'Page where consent was given, http or https.',
    example: 'https://example.com/quote',
  },
  ip: { description: 'Address the consumer consented from.' },
  user_agent: { description: 'Browser the consumer consented with.' },
  language: { description: 'The consent text itself.' },
});

/** The body of a posted lead, as openapi.json describes it. */
export const leadBody = described(LeadSubmission, {
  phone: {
    required: true,
    description: '10-digit US number or E.164; punctuation and an extension are fine.',
    example: '5551234567',
  },
  source: { description: 'Where the lead comes from.', example: 'my-webform' },
  first_name: { example: 'Jane' },
  last_name: { example: 'Doe' },
  email: { example: 'jane@example.com' },
  state: { description: 'Two-letter code or full name.', example: 'TX' },
  country: { description: 'ISO 3166 code.', example: 'US' },
  zip: { description: 'ZIP or ZIP+4.', example: '78701' },
  city: { example: 'Austin' },
  address: { example: '1100 Congress Ave' },
  dob: { description: 'Date of birth, YYYY-MM-DD or MM/DD/YYYY.' },
  consent: { type: ConsentSubmission },
  custom_fields: {
    description: 'Whatever else is known, at most 100 keys.',
    type: 'object',
    additionalProperties: true,
    example: { roof_age: 12 },
  },
  attribution: {
    description: 'utm_*, gclid, fbclid, click_id, campaign, ad_id, sub1 … sub10.',
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { utm_source: 'google', utm_campaign: 'roofing-tx' },
  },
});

/** What is not said to be `required` may be left out. */
function described<Shape extends object>(
  shape: Type<Shape>,
  fields: Readonly<Partial<Record<keyof Shape & string, ApiPropertyOptions>>>,
): Type<Shape> {
  for (const [field, options] of Object.entries(
    fields as Readonly<Record<string, ApiPropertyOptions>>,
  )) {
    ApiProperty({ required: false, ...options } as ApiPropertyOptions)(
      shape.prototype as object,
      field,
    );
  }
  return shape;
}
