import { EventCatalog } from '#libs/event-store';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PostbackReceived } from '../postback.events.js';
import { ALIAS_FIELDS } from './alias-map.js';
import { BUILT_IN_ALIASES } from './built-in-aliases.js';
import { type Hit, splitHits } from './hit.js';
import { publishedShapes } from './published-shapes.fixtures.js';
import { readHit } from './read-hit.js';
import { aForm, aPixel, part, someJson, someOptions, someParts } from './reading.fixtures.js';

const ID = '0f6a1c3e-5d2b-8a47-9c10-3e8f7d6b5a49';

describe('reports in published shapes', () => {
  it.each(publishedShapes.map((shape) => [shape.title, shape] as const))(
    'are understood: %s',
    (_, { hit, caller, reads }) => {
      const { reading, caller: found } = readHit(hit, someOptions());
      expect(reading).toMatchObject(reads);
      expect(found).toBe(caller);
      expect(reading.callerHash).toBe(caller === null ? null : `hash of ${caller}`);
    },
  );
});

describe('any report at all', () => {
  const catalog = new EventCatalog([PostbackReceived]);
  const names = fc.oneof(
    fc.constantFrom(...ALIAS_FIELDS.flatMap((field) => BUILT_IN_ALIASES[field])),
    fc.constantFrom('call', 'data', '__proto__', 'constructor', 'token'),
    fc.string(),
  );
  const scalars = fc.oneof(
    fc.constantFrom('5125551212', '45.00', '125', 'yes', '2026-03-01T12:00:00Z', ID, '[x]', '-1'),
    ...[fc.string({ unit: 'binary' }), fc.double(), fc.integer(), fc.boolean()],
    fc.constant(null),
  );
  const objects = fc.dictionary(names, fc.oneof(scalars, fc.dictionary(names, scalars)));
  const forms = fc
    .array(fc.tuple(names, scalars))
    .map((pairs) => pairs.map((pair) => pair.map(escaped).join('=')).join('&'));
  const bodies = fc.oneof(
    objects.map((object) => JSON.stringify(object)),
    forms,
    fc.json(),
    ...[fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 300 })],
  );
  const types = fc.constantFrom(
    ...[null, 'application/json', 'application/x-www-form-urlencoded', 'text/plain', 'text/xml'],
    'multipart/form-data; boundary=x',
    ...['application/json; charset=utf-16', 'application/x-www-form-urlencoded;charset=big5'],
  );
  const hits: fc.Arbitrary<Hit> = fc.record({
    method: fc.constantFrom('GET', 'POST', 'IMPORT'),
    contentType: fc.oneof(types, fc.string()),
    query: fc.oneof(forms, fc.string({ unit: 'binary' })),
    body: bodies,
  });

  function escaped(value: unknown): string {
    return encodeURIComponent(String(value).toWellFormed());
  }

  it('is read without a fault, into what can be stored', () => {
    fc.assert(
      fc.property(hits, (hit) => {
        for (const one of splitHits(hit)) {
          const { reading } = readHit(one, someOptions());
          expect(JSON.parse(JSON.stringify(reading))).toEqual(reading);
          expect(JSON.stringify(reading)).not.toContain('\\u0000');
          catalog.assertWritable({ type: 'PostbackReceived', data: received(reading) });
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is read the same every time', () => {
    fc.assert(
      fc.property(hits, (hit) => {
        expect(readHit(hit, someOptions())).toEqual(readHit(hit, someOptions()));
      }),
    );
  });

  it('means the same as JSON, as a form, in parts and in the address', () => {
    const flat = fc.dictionary(
      fc.constantFrom('caller', 'payout', 'duration', 'call_id', 'buyer', 'status', 'call_time'),
      fc.constantFrom('5125551212', '45.00', '125', 'sold', '2026-03-01T12:00:00Z', '[x]', 'ü&=+'),
    );
    fc.assert(
      fc.property(flat, (fields) => {
        const query = new URLSearchParams(fields).toString();
        const parts = someParts(Object.entries(fields).map(([name, value]) => part(name, value)));
        const same = [someJson(fields), aForm(query), parts, aPixel(query)].map((hit) => {
          return { ...readHit(hit, someOptions()).reading, format: 'any' };
        });
        for (const reading of same) expect(reading).toEqual(same[0]);
      }),
    );
  });
});

function received(reading: unknown) {
  return {
    ...{ postbackId: 'p', tokenId: 't', destinationId: null, method: 'POST', contentType: null },
    ...{ bytes: 1, reading, keyId: 'k', personal: 's', receivedAt: '2026-03-01T12:00:00.000Z' },
    sequence: 0,
  };
}
