import { describe, expect, it } from '@jest/globals';
import { storeAddress } from './store-address.js';

describe('the address of a node', () => {
  it.each([
    ['esdb://a:1,b:2?tls=false', 'b:2', 'http://b:2'],
    ['esdb+discover://cluster:2113', '10.0.0.7:2113', 'https://10.0.0.7:2113'],
  ])('that the client found behind %s is %s', (url, node, origin) => {
    expect(storeAddress(url, node)).toEqual({
      origin,
      secrets: {},
      keepAliveIntervalMs: 10_000,
      keepAliveTimeoutMs: 10_000,
    });
  });

  it('is tried as often as the URL says', () => {
    const url = 'esdb://a:1?tls=false&keepAliveInterval=30000&keepAliveTimeout=-1';
    expect(storeAddress(url, 'a:1')).toMatchObject({
      keepAliveIntervalMs: 30_000,
      keepAliveTimeoutMs: -1,
    });
  });
});
