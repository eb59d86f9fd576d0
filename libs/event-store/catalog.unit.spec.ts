import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Type } from 'typebox';
import { defineEvent, EventCatalog, UndecodableEvent } from './catalog.js';
import { type RecordedEvent } from './port.js';
import { anEvent } from './theatre.fixtures.js';

/** A kind of event in its third shape: first in whole dollars, then in cents, now with currency. */
const FeePaid = defineEvent({
  type: 'FeePaid',
  version: 3,
  doc: 'A fee was paid.',
  schema: Type.Object({
    amountMinor: Type.Integer({ description: 'In cents.' }),
    currency: Type.String({ description: 'ISO 4217.' }),
    payer: Type.Object({ name: Type.String({ description: 'Sealed.' }) }),
    tags: Type.Record(Type.String(), Type.String(), { description: 'Free.' }),
    note: Type.Optional(Type.String({ description: 'Free text.' })),
  }),
  upcasters: {
    1: ({ dollars, ...rest }) => ({ ...rest, amountMinor: (dollars as number) * 100 }),
    2: (data) => ({ ...data, currency: 'USD' }),
  },
});

const catalog = new EventCatalog([FeePaid]);
const common = { payer: { name: 'v1.sealed' }, tags: { a: 'b' } };
const latest = { ...common, amountMinor: 500, currency: 'USD' };

function stored(data: unknown, schemaVersion: unknown = 3, more: object = {}): RecordedEvent {
  const { id, metadata } = anEvent();
  return {
    id,
    type: 'FeePaid',
    stream: 'fee-1',
    revision: 4n,
    position: 40n,
    recordedAt: new Date(0),
    data,
    metadata: { ...metadata, schemaVersion, ...more },
  };
}

describe('a stored event', () => {
  it.each([
    [1, { ...common, dollars: 5 }],
    [2, { ...common, amountMinor: 500 }],
    [3, latest],
  ])('of version %i is read in its latest shape', (version, data) => {
    expect(catalog.decode(stored(data, version))?.data).toEqual(latest);
  });

  it('keeps everything the log knows about it', () => {
    const recorded = stored(latest);
    expect(catalog.decode(recorded)).toEqual({ ...recorded, data: latest });
  });

  it('is not changed by being read', () => {
    const recorded = stored({ ...common, dollars: 5 }, 1);
    const before = structuredClone(recorded);
    catalog.decode(recorded);
    expect(recorded).toEqual(before);
  });

  it('of an unknown type is nobody’s: null', () => {
    expect(catalog.decode({ ...stored(latest), type: 'FromTheFuture' })).toBeNull();
  });

  it.each([
    ['that lacks a field', stored({ ...latest, currency: undefined })],
    ['with a field of another kind', stored({ ...latest, amountMinor: '500' })],
    ['with a fraction of a cent', stored({ ...latest, amountMinor: 500.5 })],
    ['whose JSON was malformed', stored('{"amountMinor":')],
    ['that is null', stored(null)],
    ['that is a list', stored([latest])],
    ['of a version from the future', stored(latest, 4)],
    ['of a version before the first', stored(latest, 0)],
    ['of half a version', stored(latest, 2.5)],
    ['without a version', stored(latest, 3, { schemaVersion: undefined })],
    ['without a tenant', stored(latest, 3, { tenantId: undefined })],
    ['without an actor', stored(latest, 3, { actor: undefined })],
    ['without a cause', stored(latest, 3, { $causationId: undefined })],
    ['without metadata', { ...stored(latest), metadata: undefined }],
    ['with metadata that is no JSON', { ...stored(latest), metadata: new Uint8Array([123]) }],
  ])('%s cannot be read, and that is said', (_, recorded) => {
    expect(() => catalog.decode(recorded)).toThrow(UndecodableEvent);
    expect(() => catalog.decode(recorded)).toThrow(/FeePaid, fee-1@4/);
  });

  it('that cannot be lifted says why, with what the upcaster said as the cause', () => {
    const Broken = defineEvent({
      type: 'FeePaid',
      version: 2,
      doc: 'A fee was paid.',
      schema: Type.Object({}),
      upcasters: {
        1: () => {
          throw new RangeError('no');
        },
      },
    });
    const decode = () => new EventCatalog([Broken]).decode(stored({}, 1));
    expect(decode).toThrow(/the upcaster from version 1 failed/);
    expect(decode).toThrow(expect.objectContaining({ cause: expect.any(RangeError) }));
  });
});

describe('an event to be stored', () => {
  const write = (data: unknown) => () => {
    catalog.assertWritable({ type: 'FeePaid', data });
  };

  it('may be written when it can be read again', () => {
    expect(write(latest)).not.toThrow();
    expect(write({ ...latest, note: 'paid late' })).not.toThrow();
    expect(write({ ...latest, tags: { anything: 'goes' } })).not.toThrow();
  });

  it('may not be written otherwise', () => {
    expect(write({ ...latest, amountMinor: NaN })).toThrow('/amountMinor must be integer');
    expect(write({ ...latest, currency: undefined })).toThrow(/currency/);
    expect(() => {
      catalog.assertWritable({ type: 'FromTheFuture', data: {} });
    }).toThrow('No event FromTheFuture is declared');
  });

  it('may not carry a field that was not declared, at any depth', () => {
    fc.assert(
      fc.property(fc.constantFrom('phone', 'email', '__proto__x'), fc.anything(), (name, value) => {
        expect(write({ ...latest, [name]: value })).toThrow();
        expect(write({ ...latest, payer: { ...latest.payer, [name]: value } })).toThrow();
      }),
    );
  });
});

describe('a catalog', () => {
  it('has each name once', () => {
    expect(() => new EventCatalog([FeePaid, FeePaid])).toThrow('Two events are called FeePaid');
  });

  it('needs a way from every version ever stored', () => {
    const gap = { ...FeePaid, upcasters: { 2: (data: object) => ({ ...data }) } };
    expect(() => new EventCatalog([gap])).toThrow('FeePaid has no upcaster from version 1');
  });

  it('lists its events by name', () => {
    const named = (type: string) =>
      defineEvent({ type, version: 1, doc: 'It was.', schema: Type.Object({}) });
    const names = new EventCatalog(['C', 'A', 'B'].map(named)).definitions();
    expect(names.map(({ type }) => type)).toEqual(['A', 'B', 'C']);
  });
});
