import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { signatureIsValid, type SignedRequest } from './webhook-signature.js';

const TOKEN = 'a-token-of-the-account';
const URL_GIVEN = 'https://leads.example.com/telephony/status?callId=7%2F8';
const PARAMS = { CallSid: 'CA1', CallStatus: 'ringing', To: '+15125550100' };

/** By the published recipe, not by the package that checks it. */
function sign(url: string, params: Readonly<Record<string, string>>, token = TOKEN): string {
  const fields = Object.keys(params).sort();
  const text = fields.reduce((joined, name) => joined + name + (params[name] ?? ''), url);
  return createHmac('sha1', token).update(text).digest('base64');
}

function form(changes: Partial<SignedRequest> = {}): SignedRequest {
  return {
    authToken: TOKEN,
    signature: sign(URL_GIVEN, PARAMS),
    url: URL_GIVEN,
    params: PARAMS,
    rawBody: new URLSearchParams(PARAMS).toString(),
    contentType: 'application/x-www-form-urlencoded; charset=UTF-8',
    ...changes,
  };
}

describe('a signed form', () => {
  it('is believed', () => {
    expect(signatureIsValid(form())).toBe(true);
  });

  it('is believed behind a proxy, by the address the provider was given', () => {
    const inside = 'http://10.0.0.7:3000/telephony/status?callId=7%2F8';
    expect(signatureIsValid(form())).toBe(true);
    expect(signatureIsValid(form({ url: inside }))).toBe(false);
  });

  it.each([
    ['with the port it was signed with', 'https://leads.example.com:443/telephony/status'],
    ['with a port of its own', 'https://leads.example.com:8443/telephony/status'],
  ])('is believed %s', (_, url) => {
    expect(signatureIsValid(form({ url, signature: sign(url, PARAMS) }))).toBe(true);
  });

  it.each<[string, Partial<SignedRequest>]>([
    ['a wrong signature', { signature: sign(URL_GIVEN, PARAMS).replace(/^./, '!') }],
    ['a signature of another length', { signature: 'c2hvcnQ=' }],
    ['no signature', { signature: undefined }],
    ['an empty signature', { signature: '' }],
    ['the signature of another token', { signature: sign(URL_GIVEN, PARAMS, 'other') }],
    ['a changed field', { params: { ...PARAMS, CallStatus: 'completed' } }],
    ['a field more', { params: { ...PARAMS, Digits: '1' } }],
    ['a field less', { params: { CallSid: 'CA1', CallStatus: 'ringing' } }],
    ['another query', { url: URL_GIVEN.replace('7%2F8', '9') }],
    ['an address that is none', { url: 'leads' }],
  ])('is not believed with %s', (_, changes) => {
    expect(signatureIsValid(form(changes))).toBe(false);
  });
});

describe('signed JSON', () => {
  const rawBody = '{ "digits":"1",  "speech":"ja, größer" }';
  const hash = createHash('sha256').update(rawBody).digest('hex');
  const url = `https://leads.example.com/telephony/agent?bodySHA256=${hash}`;
  const json = form({
    ...{ url, rawBody, params: {}, signature: sign(url, {}) },
    contentType: 'application/json',
  });

  it('is believed by its raw body', () => {
    expect(signatureIsValid(json)).toBe(true);
  });

  it.each<[string, Partial<SignedRequest>]>([
    ['another body', { rawBody: rawBody.replace('1', '2') }],
    ['the same body put together anew', { rawBody: JSON.stringify(JSON.parse(rawBody)) }],
    ['no hash of its body', { url: URL_GIVEN, signature: sign(URL_GIVEN, {}) }],
    ['the signature of another token', { signature: sign(url, {}, 'other') }],
  ])('is not believed with %s', (_, changes) => {
    expect(signatureIsValid({ ...json, ...changes })).toBe(false);
  });
});
