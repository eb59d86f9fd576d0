import { type ApiKeyId } from '#libs/kernel';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { RepeatedRequests } from './repeated-requests.js';

describe('an identical payload', () => {
  const key = 'key000000001' as ApiKeyId;
  const body = '{"phone":"5551234567"}';
  let now: number;
  let requests: RepeatedRequests;
  const send = (sender = key, sent = body, route = 'POST /v1/leads') =>
    requests.isRepeated(sender, route, sent);

  beforeEach(() => {
    now = Date.parse('2026-07-05T12:00:00Z');
    requests = new RepeatedRequests(() => now);
    send();
  });

  it('is a repeated request within 60 seconds', () => {
    now += 59_999;
    expect(send()).toBe(true);
  });

  it('is a new request from 60 seconds on', () => {
    now += 60_000;
    expect(send()).toBe(false);
  });

  it('is a new request from another key or to another route', () => {
    expect(send('key000000002' as ApiKeyId)).toBe(false);
    expect(send(key, body, 'POST /v1/suppressions')).toBe(false);
  });

  it('is remembered across a turn of the generations', () => {
    now += 40_000;
    send(key, 'something else');
    now += 19_000;
    expect(send()).toBe(true);
  });
});
