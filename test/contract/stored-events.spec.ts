import { describe, expect, it } from '@jest/globals';
import { EventCatalog, type EventDefinition } from '#libs/event-store';
import { fold } from '#libs/kernel';
import { leadDecider, type LeadEvent } from '#libs/leads';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { eventContexts } from '../../tools/event-contexts.js';

/** Frozen examples of what is in the log: `<Type>.v<version>.json`, kept for ever. */
const FOLDER = 'test/fixtures/events';
const FROZEN = 'frozen.json';

interface Fixture {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const definitions = eventContexts.flatMap(({ events }) => [...events]);
const catalog = new EventCatalog(definitions);

function read(name: string): Fixture {
  return JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8')) as Fixture;
}

function decoded({ type, data, metadata }: Fixture) {
  const at = { id: 'id', stream: 'stream', revision: 0n, position: 1n, recordedAt: new Date(0) };
  return catalog.decode({ type, data, metadata, ...at });
}

/** The state of a lead whose history these examples are. */
function leadAfter(...names: string[]) {
  const history = names.map((name) => decoded(read(name)) as unknown as LeadEvent);
  return fold(leadDecider, history);
}

/** What the file says, however it is laid out. */
function digest(name: string): string {
  return createHash('sha256')
    .update(JSON.stringify(read(name)))
    .digest('hex');
}

const versions = definitions.flatMap((definition) =>
  Array.from({ length: definition.version }, (_, index) => [definition, index + 1] as const),
);
const nameOf = ({ type }: EventDefinition, version: number) => `${type}.v${version}.json`;

describe('what is in the log', () => {
  it.each(versions.map(([definition, version]) => [nameOf(definition, version), version] as const))(
    '%s is read in the latest shape',
    (name, version) => {
      const fixture = read(name);
      expect(fixture.metadata.schemaVersion).toBe(version);
      expect(name).toBe(`${fixture.type}.v${version}.json`);
      expect(decoded(fixture)?.type).toBe(fixture.type);
    },
  );

  it.each(definitions.map((definition) => [definition.type, definition] as const))(
    '%s is written today exactly as its latest example has it, every field of it',
    (type, definition) => {
      const fixture = read(nameOf(definition, definition.version));
      expect(decoded(fixture)?.data).toEqual(fixture.data);
      expect(() => {
        catalog.assertWritable({ type, data: fixture.data });
      }).not.toThrow();
      const fields = Object.keys(definition.schema.properties);
      expect(Object.keys(fixture.data).sort()).toEqual(fields.sort());
    },
  );

  it('never changes: the examples are those that were frozen, no more and no fewer', () => {
    const frozen = JSON.parse(readFileSync(`${FOLDER}/${FROZEN}`, 'utf8')) as object;
    const names = readdirSync(FOLDER).filter((name) => name !== FROZEN);
    expect(Object.fromEntries(names.map((name) => [name, digest(name)]))).toEqual(frozen);
  });

  it('is all of a known kind', () => {
    const expected = versions.map(([definition, version]) => nameOf(definition, version));
    const names = readdirSync(FOLDER).filter((name) => name !== FROZEN);
    expect(names.sort()).toEqual(expected.sort());
  });
});

describe('a lead received as version 1', () => {
  it('may not be dialed before the event that judged it', () => {
    const unjudged = { status: 'ineligible', ineligibleReasons: [], checks: null };
    expect(leadAfter('LeadReceived.v1.json')).toMatchObject(unjudged);
    expect(leadAfter('LeadReceived.v1.json', 'LeadFoundEligible.v1.json')).toMatchObject({
      status: 'new',
      checks: { policyVersion: 1 },
    });
  });
});
