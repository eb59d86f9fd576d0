import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GrpcError } from './grpc-status.js';
import { MessageDeframer } from './message-deframer.js';

function frame(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

describe('framed messages', () => {
  it('are found wherever the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        (messages, cuts) => {
          const bytes = Buffer.concat(messages.map(frame));
          const deframer = new MessageDeframer();
          const found: Buffer[] = [];
          for (let at = 0, cut = 0; at < bytes.length; cut += 1) {
            const next = at + cuts[cut % cuts.length]!;
            deframer.push(bytes.subarray(at, next), (message) => found.push(message));
            at = next;
          }
          expect(found.map((message) => message.toString('hex'))).toEqual(
            messages.map((message) => Buffer.from(message).toString('hex')),
          );
        },
      ),
    );
  });

  it('may not end half-way', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), (message, at) => {
        const bytes = frame(message);
        const cut = at % bytes.length;
        const deframer = new MessageDeframer();
        deframer.push(bytes.subarray(0, cut), () => undefined);
        if (cut === 0) deframer.end();
        else {
          expect(() => {
            deframer.end();
          }).toThrow('in the middle of a message');
        }
        deframer.push(bytes.subarray(cut), () => undefined);
        deframer.end();
      }),
    );
  });

  it('may not be compressed', () => {
    const push = (): void => {
      new MessageDeframer().push(Buffer.from([1, 0, 0, 0, 0]), () => undefined);
    };
    expect(push).toThrow(GrpcError);
    expect(push).toThrow('send them uncompressed');
  });

  it('may not be larger than clients take themselves', () => {
    const push = (): void => {
      new MessageDeframer().push(Buffer.from([0, 0xff, 0, 0, 0]), () => undefined);
    };
    expect(push).toThrow('is too large');
  });
});
