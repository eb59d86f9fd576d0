import { describe, expect, it } from '@jest/globals';
import { EventCatalog, UndecodableEvent } from '#libs/event-store';
import { readFile } from 'node:fs/promises';
import { accountEvents } from './account-events.js';

const catalog = new EventCatalog(accountEvents);

interface Fixture {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

async function fixture(type: string, version: number): Promise<Fixture> {
  const path = `../../../test/fixtures/events/${type}.v${version}.json`;
  return JSON.parse(await readFile(new URL(path, import.meta.url), 'utf8')) as Fixture;
}

function decode(stored: Fixture) {
  const at = { id: 'id', stream: 'stream', revision: 0n, position: 1n, recordedAt: new Date(0) };
  return catalog.decode({ ...stored, ...at });
}

const stored = accountEvents.flatMap(({ type, version }) =>
  Array.from({ length: version }, (_, before) => [type, before + 1] as const),
);

describe('the stored events of accounts', () => {
  it.each(stored)('%s, version %i, can be read for ever', async (type, version) => {
    const event = await fixture(type, version);
    expect(event.metadata.schemaVersion).toBe(version);
    expect(decode(event)?.type).toBe(type);
  });

  it.each(accountEvents.map(({ type, version }) => [type, version] as const))(
    '%s is written as its frozen version %i has it, field by field',
    async (type, version) => {
      const { data, ...rest } = await fixture(type, version);
      for (const field of Object.keys(data)) {
        const without = Object.fromEntries(Object.entries(data).filter(([name]) => name !== field));
        expect(() => decode({ ...rest, data: without })).toThrow(UndecodableEvent);
      }
      const schema = accountEvents.find((definition) => definition.type === type)?.schema;
      expect(Object.keys(schema?.properties ?? {}).sort()).toEqual(Object.keys(data).sort());
    },
  );

  it.each(accountEvents.map((definition) => [definition.type, definition] as const))(
    '%s says what it means and what each of its fields is',
    (_, { doc, schema }) => {
      expect(doc).toMatch(/^[A-Z].*\.$/);
      for (const property of Object.values<{ description?: string }>(schema.properties)) {
        expect(property.description).toMatch(/\S/);
      }
    },
  );
});
