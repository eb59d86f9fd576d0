import { describe, expect, it } from '@jest/globals';
import { defineEvent } from '#libs/event-store';
import { readdir, readFile } from 'node:fs/promises';
import { Type } from 'typebox';
import { eventContexts } from './event-contexts.js';
import { fieldsOf, renderEventsReference } from './events-reference.js';

const FeePaid = defineEvent({
  type: 'FeePaid',
  version: 1,
  doc: 'A fee was paid.',
  schema: Type.Object({
    amountMinor: Type.Integer({ description: 'In cents.' }),
    kind: Type.Union([Type.Literal('card'), Type.Literal('cash')], { description: 'How.' }),
    payer: Type.Union([
      Type.Object({ name: Type.String({ description: 'Sealed.' }) }, { description: 'Who.' }),
      Type.Null(),
    ]),
    parts: Type.Array(Type.Object({ late: Type.Boolean({ description: 'Whether late.' }) }), {
      description: 'In order.',
    }),
    tags: Type.Record(Type.String(), Type.String(), { description: 'Free.' }),
  }),
});

describe('the reference of events', () => {
  it('tells every field, those within others too', () => {
    expect(fieldsOf(FeePaid.schema as never)).toEqual([
      { path: 'amountMinor', holds: 'whole number', description: 'In cents.' },
      { path: 'kind', holds: '`card` or `cash`', description: 'How.' },
      { path: 'payer', holds: 'object or null', description: 'Who.' },
      { path: 'payer.name', holds: 'text', description: 'Sealed.' },
      { path: 'parts', holds: 'list of object', description: 'In order.' },
      { path: 'parts[].late', holds: 'yes or no', description: 'Whether late.' },
      { path: 'tags', holds: 'any fields of text', description: 'Free.' },
    ]);
  });

  it('names each event with its version and what it states', async () => {
    const text = await renderEventsReference([{ title: 'Fees', events: [FeePaid] }]);
    expect(text).toContain('## Fees\n\n### FeePaid\n\nA fee was paid. Version 1.\n');
    expect(text).toMatch(/\| `amountMinor` +\| whole number +\| In cents\. +\|/);
  });

  it('covers every event that is declared anywhere', async () => {
    const files = (await readdir('libs', { recursive: true })).filter((file) =>
      file.endsWith('.events.ts'),
    );
    const texts = await Promise.all(files.map((file) => readFile(`libs/${file}`, 'utf8')));
    const declared = texts.flatMap((text) =>
      [...text.matchAll(/defineEvent\(\{\s*type: '(\w+)'/g)].map((match) => match[1]),
    );
    const told = eventContexts.flatMap(({ events }) => events.map(({ type }) => type));
    expect(declared.length).toBeGreaterThan(0);
    expect(told.sort()).toEqual(declared.sort());
  });

  it('says of every event which fact it states', () => {
    for (const { events } of eventContexts) {
      for (const { doc } of events) expect(doc).toMatch(/^[A-Z].*\.$/);
    }
  });
});
