import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { newWebhookSecret, signatureHeaders } from './standard-webhooks.js';

const message = { id: 'msg_1', at: new Date('2026-03-01T12:00:00.900Z'), body: '{"a":1}' };
const second = String(Date.parse('2026-03-01T12:00:00Z') / 1_000);

/** As a receiver would compute it, from the standard alone. */
function expected(secret: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signed = `msg_1.${second}.{"a":1}`;
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

describe('a signed message', () => {
  it('matches the example that is published with the standard', () => {
    const at = new Date(1_614_265_330_000);
    const published = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at, body: '{"test": 2432232314}' };
    const headers = signatureHeaders(published, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']);
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('names its id and the second it is sent in', () => {
    const secret = newWebhookSecret();
    expect(signatureHeaders(message, [secret])).toEqual({
      'webhook-id': 'msg_1',
      'webhook-timestamp': second,
      'webhook-signature': expected(secret),
    });
  });

  it('has a signature for each secret in force, the newest first', () => {
    const [newer, older] = [newWebhookSecret(), newWebhookSecret()];
    const headers = signatureHeaders(message, [newer, older]);
    expect(headers['webhook-signature']).toBe(`${expected(newer)} ${expected(older)}`);
  });

  it('is signed with secrets of 32 bytes that never repeat', () => {
    const secrets = Array.from({ length: 20 }, newWebhookSecret);
    expect(new Set(secrets).size).toBe(20);
    for (const secret of secrets) {
      expect(secret).toMatch(/^whsec_/);
      expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
    }
  });
});
