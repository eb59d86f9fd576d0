import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPublicHost } from './public-host.js';

const octet = fc.integer({ min: 0, max: 255 });
const below = (...first: readonly number[]) =>
  fc.tuple(octet, octet, octet).map((rest) => [...first, ...rest].slice(0, 4).join('.'));
/** RFC 1918, RFC 1122, RFC 3927, RFC 6598, and multicast. */
const private4 = fc.oneof(
  ...[below(10), below(127), below(0), below(192, 168), below(169, 254)],
  fc.integer({ min: 16, max: 31 }).chain((second) => below(172, second)),
  fc.integer({ min: 64, max: 127 }).chain((second) => below(100, second)),
  fc.integer({ min: 224, max: 255 }).chain((first) => below(first)),
);

describe('a host', () => {
  it('of the internet is one by its name or address', () => {
    for (const host of [
      ...['agent.example.com', 'Agent.Example.COM.', '8.8.8.8', '[2606:4700::1111]'],
      ...['172.15.0.1', '172.32.0.1', '100.63.0.1', 'localhost.example.com', '10.example.com'],
    ]) {
      expect([host, isPublicHost(host)]).toEqual([host, true]);
    }
  });

  it('of a private network is none, in whichever notation', () => {
    fc.assert(
      fc.property(private4, (address) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
        const long = ((a * 256 + b) * 256 + c) * 256 + d;
        const ways = [address, `::ffff:${address}`, `[::ffff:${address}]`, String(long)];
        expect(ways.filter(isPublicHost)).toEqual([]);
      }),
    );
  });

  it('that only this machine or network knows is none', () => {
    for (const host of [
      ...['localhost', 'LOCALHOST.', 'a.localhost', 'printer.local', 'db.internal', 'pbx', ''],
      ...['nas.home.arpa', '127.1', '0x7f.0.0.1', '2130706433', '1.2.3.4.5', '[::1]', '[::]'],
      ...['[fe80::1]', '[fc00::1]', '[fd12:3456::1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]'],
    ]) {
      expect([host, isPublicHost(host)]).toEqual([host, false]);
    }
  });
});
