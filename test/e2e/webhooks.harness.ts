import { createHmac } from 'node:crypto';
import { request } from 'node:http';

/** A form, as the provider of telephony sends it. */
export type Fields = Record<string, string>;

/** How the provider signs: base64 of HMAC-SHA1 over the address and all fields, sorted by name. */
export function signatureOf(url: string, fields: Fields, token: string): string {
  const names = Object.keys(fields).sort();
  const text = names.reduce((joined, name) => joined + name + (fields[name] ?? ''), url);
  return createHmac('sha1', token).update(text, 'utf8').digest('base64');
}

/** As it arrives behind a proxy: under the api’s own address, whatever the provider was given. */
export function arrive(
  apiUrl: string,
  path: string,
  fields: Fields,
  headers: Record<string, string>,
) {
  const { hostname, port } = new URL(apiUrl);
  return new Promise<{ status: number; text: string; type: string }>((resolve, reject) => {
    const asked = request(
      {
        ...{ hostname, port, path, method: 'POST' },
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          const type = response.headers['content-type'] ?? '';
          resolve({ status: response.statusCode ?? 0, text, type });
        });
      },
    );
    asked.on('error', reject).end(new URLSearchParams(fields).toString());
  });
}

/** What it says of a call, sensible unless told otherwise. */
export const report = (fields: Fields = {}): Fields => ({
  ...{ CallSid: 'CA1', AccountSid: 'AC1', From: '+15125550190', To: '+12125557001' },
  ...{ CallStatus: 'in-progress', Direction: 'outbound-api' },
  ...fields,
});

/** A script with one question, as it is sent. */
export const scriptBody = (more: object = {}) => ({
  ...{ name: 'Quote', identity: 'This is Acme.', ai_disclosure: 'A machine speaks.' },
  ...{ callback_number: '+15125550100', opt_out: 'Press 9 to stop.', opt_out_key: '9' },
  questions: [
    {
      ...{ id: 'interested', prompt: 'Interested?' },
      options: [
        { value: 'yes', key: '1' },
        { value: 'no', key: '2' },
      ],
    },
  ],
  ...more,
});
