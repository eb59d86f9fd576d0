import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressIsAllowed } from './address-rules.js';

const publicOnly = { privateAllowed: false };
const withPrivate = { privateAllowed: true };

const never = [
  ...['169.254.169.254', 'fe80::1', 'fd00:ec2::254', '::ffff:169.254.169.254', '0.0.0.0', '::'],
  ...['224.0.0.1', 'ff02::1', '255.255.255.255', '240.0.0.1', '100.64.0.1', '192.0.0.192'],
  ...['64:ff9b::7f00:1', '2002:7f00:1::', '2001::1', '2001:db8::1', 'fec0::1', '198.18.0.1'],
];
const ownNetwork = [
  ...['127.0.0.1', '127.8.9.1', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  ...['::1', 'fd12::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1'],
];

describe('an address that requests may go to', () => {
  it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
    'is a public one: %s',
    (address) => {
      expect(addressIsAllowed(address, publicOnly)).toBe(true);
      expect(addressIsAllowed(address, withPrivate)).toBe(true);
    },
  );

  it.each(ownNetwork)('is of one’s own network only if that is allowed: %s', (address) => {
    expect(addressIsAllowed(address, publicOnly)).toBe(false);
    expect(addressIsAllowed(address, withPrivate)).toBe(true);
  });

  it.each(never)('is never %s', (address) => {
    expect(addressIsAllowed(address, publicOnly)).toBe(false);
    expect(addressIsAllowed(address, withPrivate)).toBe(false);
  });

  it('is not a text that is no address', () => {
    for (const text of ['', 'localhost', '8.8.8.8.8', '::g']) {
      expect(addressIsAllowed(text, withPrivate)).toBe(false);
    }
  });

  it('is judged the same when version 6 wraps version 4', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.boolean(), (address, privateAllowed) => {
        const wrapped = addressIsAllowed(`::ffff:${address}`, { privateAllowed });
        expect(wrapped).toBe(addressIsAllowed(address, { privateAllowed }));
      }),
    );
  });
});
