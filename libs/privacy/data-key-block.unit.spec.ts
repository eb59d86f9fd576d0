import { describe, expect, it } from '@jest/globals';
import type { DataKeyId, TenantId } from '#libs/kernel';
import fc from 'fast-check';
import { inspect } from 'node:util';
import type { DataKey } from './data-key.js';
import { blockIdOf, DataKeyBlock, KEYS_PER_BLOCK } from './data-key-block.js';
import type { DataKeyBlockId } from './data-key.js';
import { MasterKey, WrongMasterKey } from './master-key.js';

const acme = 'acme' as TenantId;
const masterKey = MasterKey.fromBase64(Buffer.alloc(32, 7).toString('base64'));
const now = Date.UTC(2026, 10, 20);
const places = Array.from({ length: KEYS_PER_BLOCK }, (_, place) => place);

const keysOf = (block: DataKeyBlock) =>
  places.map((place) => block.keyAt(place)).filter((key) => key !== undefined);
const hexOf = (key: DataKey | undefined) => key?.secret.export().toString('hex');
const rewrapped = (block: DataKeyBlock) =>
  DataKeyBlock.unwrap(masterKey, acme, block.wrap(masterKey, acme));

describe('a block of data keys', () => {
  it('has keys that have nothing in common, and none beyond its last', () => {
    const keys = [...keysOf(DataKeyBlock.create(now)), ...keysOf(DataKeyBlock.create(now))];
    expect(new Set(keys.map(hexOf)).size).toBe(2 * KEYS_PER_BLOCK);
    expect(new Set(keys.map((key) => key.id)).size).toBe(2 * KEYS_PER_BLOCK);
    expect(DataKeyBlock.create(now).keyAt(KEYS_PER_BLOCK)).toBeUndefined();
  });

  it('is named by its keys, which are found in it again by their names', () => {
    const block = DataKeyBlock.create(now);
    for (const key of keysOf(block)) {
      expect(key.id).toMatch(/^[\w-]{16}[0-9a-f]{2}$/);
      expect(blockIdOf(key.id)).toBe(block.id);
      expect(hexOf(block.find(key.id))).toBe(hexOf(key));
    }
  });

  it.each(['zz', '-1', '1.', '1_', '0x'])('has no key in a place called "%s"', (place) => {
    const block = DataKeyBlock.create(now);
    const keyId = `${block.id}${place}` as DataKeyId;
    expect(block.find(keyId)).toBeUndefined();
    expect(block.erase(keyId)).toBe(false);
  });

  it('is the same after it was wrapped and unwrapped, and only wrapped does it leave', () => {
    const block = DataKeyBlock.create(now);
    expect(keysOf(rewrapped(block)).map(hexOf)).toEqual(keysOf(block).map(hexOf));
    const { wrapped } = block.wrap(masterKey, acme);
    for (const key of keysOf(block)) expect(wrapped?.includes(key.secret.export())).toBe(false);
  });

  it('does not open as another tenant’s, or as another block', () => {
    const stored = DataKeyBlock.create(now).wrap(masterKey, acme);
    const renamed = { ...stored, blockId: DataKeyBlock.create(now).id };
    expect(() => DataKeyBlock.unwrap(masterKey, 'other' as TenantId, stored)).toThrow(
      WrongMasterKey,
    );
    expect(() => DataKeyBlock.unwrap(masterKey, acme, renamed)).toThrow(WrongMasterKey);
  });

  it('loses the keys that are erased, each once, and keeps all others as they were', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(KEYS_PER_BLOCK - 1)), (erased) => {
        const block = DataKeyBlock.create(now);
        const before = keysOf(block);
        for (const [index, place] of erased.entries()) {
          const isFirst = erased.indexOf(place) === index;
          expect(block.erase(before[place]!.id)).toBe(isFirst);
        }
        for (const read of [block, rewrapped(block)]) {
          expect(places.map((place) => hexOf(read.keyAt(place)))).toEqual(
            before.map((key, place) => (erased.includes(place) ? undefined : hexOf(key))),
          );
        }
      }),
      { numRuns: 20 },
    );
  });

  it('leaves a key that was handed out before it was erased as it was', () => {
    const block = DataKeyBlock.create(now);
    const key = block.keyAt(0)!;
    const secret = hexOf(key);
    block.erase(key.id);
    expect(hexOf(key)).toBe(secret);
  });

  it('is nothing but its name once all its keys are erased', () => {
    const block = DataKeyBlock.create(now);
    for (const key of keysOf(block)) block.erase(key.id);
    const stored = block.wrap(masterKey, acme);
    expect(stored).toEqual({ blockId: block.id, wrapped: null });
    expect(keysOf(DataKeyBlock.unwrap(masterKey, acme, stored))).toEqual([]);
  });

  it('shows no key when it is printed', () => {
    expect(inspect(DataKeyBlock.create(now), { depth: 9, showHidden: true })).not.toMatch(/Buffer/);
  });
});

describe('a key that was stored by itself', () => {
  const id = 'AZq3vP8BT0mJ2c9Qw1xYzA' as DataKeyId;
  const secret = Buffer.alloc(32, 5);
  const stored = {
    blockId: id as string as DataKeyBlockId,
    wrapped: masterKey.wrap({ tenantId: acme, use: id }, secret),
  };

  it('is a block of one key with the same name', () => {
    expect(blockIdOf(id)).toBe(id);
    const block = DataKeyBlock.unwrap(masterKey, acme, stored);
    expect(block.find(id)).toMatchObject({ id });
    expect(hexOf(block.find(id))).toBe(secret.toString('hex'));
  });

  it('is erased like any other', () => {
    const block = DataKeyBlock.unwrap(masterKey, acme, stored);
    expect(block.erase(id)).toBe(true);
    expect(block.wrap(masterKey, acme)).toEqual({ blockId: id, wrapped: null });
  });
});
