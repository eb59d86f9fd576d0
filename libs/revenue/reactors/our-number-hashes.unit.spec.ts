import { beforeEach, describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { OurNumberHashes } from './our-number-hashes.js';

const [acme, zenith] = ['acme', 'zenith'] as TenantId[];
let made: string[];
let hashes: OurNumberHashes;

beforeEach(() => {
  made = [];
  hashes = new OurNumberHashes({
    phoneHash: (tenantId, number) => {
      made.push(number);
      return Promise.resolve(`${tenantId} ${number}`);
    },
  });
});

describe('hashes of our numbers', () => {
  it('are known once they came up, to their tenant alone', async () => {
    expect(hashes.known(acme!)).toEqual({});
    expect(await hashes.hashOf(acme!, '+1')).toBe('acme +1');
    expect(hashes.known(acme!)).toEqual({ '+1': 'acme +1' });
    expect(hashes.known(zenith!)).toEqual({});
  });

  it('are made once', async () => {
    await hashes.hashOf(acme!, '+1');
    await hashes.hashOf(acme!, '+1');
    expect(made).toEqual(['+1']);
  });

  it('are all kept while numbers that are known come up again', async () => {
    for (let number = 0; number < 100; number += 1) await hashes.hashOf(acme!, `+${number}`);
    await hashes.hashOf(acme!, '+0');
    expect(Object.keys(hashes.known(acme!))).toHaveLength(100);
  });

  it('are never so many that questions get long', async () => {
    for (let number = 0; number < 1_000; number += 1) await hashes.hashOf(acme!, `+${number}`);
    expect(Object.keys(hashes.known(acme!)).length).toBeLessThanOrEqual(100);
    expect(hashes.known(acme!)['+999']).toBe('acme +999');
  });
});
