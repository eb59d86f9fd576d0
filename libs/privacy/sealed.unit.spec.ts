import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSecretKey } from 'node:crypto';
import { type DataKeyId, parseJson, type TenantId } from '#libs/kernel';
import type { DataKey } from './data-key.js';
import { DataKeyBlock } from './data-key-block.js';
import { ERASED, isErased, keyIdOf, open, seal, type Sealed, UnreadableBox } from './sealed.js';

const acme = { tenantId: 'acme' as TenantId };
const other = { tenantId: 'other' as TenantId };
const newDataKey = () => DataKeyBlock.create(0).keyAt(0)!;
const key = newDataKey();
const person = { phone: '+15551234567', firstName: 'Zoë', tags: ['a', null, 1, true] };

/** The same box with one bit of its base64url body flipped. */
function flipBit<T>(box: Sealed<T>, bit: number): Sealed<T> {
  const [version, keyId, body = ''] = box.split('.');
  const bytes = Buffer.from(body, 'base64url');
  const at = Math.floor(bit / 8) % bytes.length;
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (bit % 8)), at);
  return [version, keyId, bytes.toString('base64url')].join('.') as Sealed<T>;
}

describe('a sealed box', () => {
  it('opens to what was put in, whatever that is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const expected = parseJson(JSON.stringify(value));
        expect(open(key, acme, seal(key, acme, value))).toEqual(expected);
      }),
    );
  });

  it('keeps its names, whatever those of other boxes were', () => {
    const sealed = [
      { its: 1, '\\': 2 },
      { its: 1, '"': 2 },
    ].map((value) => seal(key, acme, value));
    expect(sealed.map((box) => open(key, acme, box))).toEqual([
      { its: 1, '\\': 2 },
      { its: 1, '"': 2 },
    ]);
  });

  it('looks different each time, and nothing in it shows', () => {
    const [one, two] = [seal(key, acme, person), seal(key, acme, person)];
    expect(one).not.toBe(two);
    expect(one).not.toContain(Buffer.from('+1555').toString('base64url').slice(0, 5));
  });

  it('names its version and its key', () => {
    const box = seal(key, acme, person);
    expect(box.startsWith(`v1.${key.id}.`)).toBe(true);
    expect(keyIdOf(box, acme)).toBe(key.id);
  });

  it('opens as it did when the format was made: the stored form is frozen', () => {
    const frozen: DataKey = {
      id: 'AAAAAAAAAAAAAAAAAAAAAA' as DataKeyId,
      secret: createSecretKey(Buffer.from(Array.from({ length: 32 }, (_, index) => index))),
    };
    const box = FROZEN_BOX as Sealed<unknown>;
    expect(open(frozen, { tenantId: 'demo' as TenantId }, box)).toEqual({ phone: '+15551234567' });
  });

  it('does not open for another tenant', () => {
    expect(() => open(key, other, seal(key, acme, person))).toThrow(UnreadableBox);
  });

  it('does not open under another key, even one of the same name', () => {
    const stranger = newDataKey();
    const box = seal(key, acme, person);
    expect(() => open(stranger, acme, box)).toThrow(UnreadableBox);
    expect(() => open({ ...stranger, id: key.id }, acme, box)).toThrow(UnreadableBox);
  });

  it('does not open under its own key by another name', () => {
    const renamed = { ...key, id: 'renamed' as DataKeyId };
    const box = seal(key, acme, person).replace(key.id, 'renamed') as Sealed<unknown>;
    expect(() => open(renamed, acme, box)).toThrow(UnreadableBox);
  });

  it('does not open when any bit was changed', () => {
    const box = seal(key, acme, person);
    fc.assert(
      fc.property(fc.nat(), (bit) => {
        expect(() => open(key, acme, flipBit(box, bit))).toThrow(UnreadableBox);
      }),
    );
  });

  it('does not open when it was cut short, lengthened or respelled', () => {
    const box = seal(key, acme, 'a');
    for (const changed of [box.slice(0, -1), `${box}A`, `v1.${key.id}.AAAA`, `${box}=`]) {
      expect(() => open(key, acme, changed as Sealed<string>)).toThrow(UnreadableBox);
    }
  });

  it('has one spelling: bits of its last character that carry nothing must be as they were', () => {
    const box = seal(key, acme, 'a');
    const bytesOf = (text: string) => Buffer.from(text.split('.')[2] ?? '', 'base64url');
    const respelled = `${box.slice(0, -1)}${String.fromCharCode(box.charCodeAt(box.length - 1) + 1)}`;
    expect(bytesOf(respelled).equals(bytesOf(box))).toBe(true);
    expect(() => open(key, acme, respelled as Sealed<string>)).toThrow(UnreadableBox);
  });

  it.each(['', 'v1', 'v2.a.b', 'v1..abc', 'v1.key.', 'v1.key.a.b', '+15551234567'])(
    'is told from a text that is none: "%s"',
    (text) => {
      expect(() => open(undefined, acme, text as Sealed<unknown>)).toThrow(UnreadableBox);
    },
  );

  it('says nothing of its content when it cannot be opened', () => {
    const refusals = ['+15551234567', seal(key, acme, person)].map((box) => {
      try {
        return open(newDataKey(), acme, box as Sealed<unknown>);
      } catch (error) {
        return String(error);
      }
    });
    expect(refusals.join()).not.toContain('555');
  });
});

describe('a box whose key was destroyed', () => {
  it('opens to a marked blank', () => {
    const opened = open(undefined, acme, seal(key, acme, person));
    expect(opened).toEqual({ erased: true });
    expect(isErased(opened)).toBe(true);
    expect(opened).toBe(ERASED);
  });

  it('is not mistaken for one that says so of itself', () => {
    const opened = open(key, acme, seal(key, acme, { erased: true }));
    expect(isErased(opened)).toBe(false);
  });
});

const FROZEN_BOX =
  'v1.AAAAAAAAAAAAAAAAAAAAAA.AwMDAwMDAwMDAwMDlWlMvmT8NzTkfy1P-J9hNihlwsXszx7MbvpNyWz5ex74qxQxZmnyZg';
