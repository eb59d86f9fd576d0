import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MalformedMessage, ProtoReader } from './proto-reader.js';
import { encodeMessage, fieldSize, varintSize } from './proto-writer.js';

describe('a protobuf message', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.string({ unit: 'grapheme' }),
        fc.uint8Array({ maxLength: 1_000 }),
        (number, text, bytes) => {
          const message = encodeMessage((writer) => {
            writer.varint(1, number);
            writer.string(2, text);
            writer.message(3, (nested) => {
              nested.bytes(4, bytes);
            });
          });
          const size = 1 + varintSize(number) + fieldSize(Buffer.byteLength(text));
          expect(message).toHaveLength(size + fieldSize(fieldSize(bytes.length)));
          const reader = new ProtoReader(message);
          expect([reader.next(), reader.field, reader.varint()]).toEqual([true, 1, number]);
          expect([reader.next(), reader.field, reader.string()]).toEqual([true, 2, text]);
          expect([reader.next(), reader.field]).toEqual([true, 3]);
          const nested = reader.message();
          expect([nested.next(), nested.field]).toEqual([true, 4]);
          expect(Buffer.compare(nested.bytes(), bytes)).toBe(0);
          expect(nested.next()).toBe(false);
          expect(reader.next()).toBe(false);
        },
      ),
    );
  });

  it('may have fields nobody knows', () => {
    const message = Buffer.from('0801120161190000000000000000250000000020ff01', 'hex');
    const reader = new ProtoReader(message);
    const fields: number[] = [];
    while (reader.next()) {
      fields.push(reader.field);
      reader.skip();
    }
    expect(fields).toEqual([1, 2, 3, 4, 4]);
  });

  it('of arbitrary bytes is read or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const reader = new ProtoReader(Buffer.from(bytes));
        try {
          while (reader.next()) reader.skip();
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedMessage);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('has numbers beyond 2^53 cut off, and signed ones whole', () => {
    const huge = Buffer.from('08ffffffffffffffffff01', 'hex');
    const unsigned = new ProtoReader(huge);
    unsigned.next();
    expect(unsigned.varint()).toBe(Number.MAX_SAFE_INTEGER);
    const signed = new ProtoReader(huge);
    signed.next();
    expect(signed.int64()).toBe(-1n);
  });
});
