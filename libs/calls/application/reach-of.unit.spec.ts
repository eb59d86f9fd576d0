import { describe, expect, it } from '@jest/globals';
import { reachOf } from './reach-of.js';

describe('what an account may name', () => {
  it('is a host of the internet', () => {
    expect(reachOf('live')('agent.example.com')).toBe(true);
    expect(reachOf('live')('127.0.0.1')).toBe(false);
  });

  it('is any host where nobody real is called', () => {
    expect(reachOf('sandbox')('127.0.0.1')).toBe(true);
  });
});
