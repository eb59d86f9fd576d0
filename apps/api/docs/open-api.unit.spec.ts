import { describe, expect, it } from '@jest/globals';
import { toVersion31 } from './open-api-nulls.js';
import { packageFile } from './package-file.js';

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly responses: Readonly<Record<string, object>>;
  readonly security?: unknown;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
}

const document = JSON.parse(await packageFile('openapi.json')) as {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
);

/** Every place a reference in the document points to. */
function references(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === '$ref' ? [String(value)] : references(value),
  );
}

function resolve(reference: string): unknown {
  return reference
    .slice(2)
    .split('/')
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document);
}

describe('openapi.json', () => {
  it('is of version 3.1 and refers to nothing that is missing', () => {
    expect(document.openapi).toBe('3.1.0');
    const all = references(document);
    expect(all.length).toBeGreaterThan(50);
    for (const reference of all)
      expect([reference, typeof resolve(reference)]).toEqual([reference, 'object']);
    expect(JSON.stringify(document)).not.toContain('"nullable"');
  });

  it.each(operations)('names every part of the path of $name', ({ name, operation }) => {
    const parts = [...name.matchAll(/\{(\w+)\}/g)].map(([, part]) => part);
    const named = (operation.parameters ?? []).filter((each) => each.in === 'path');
    expect(named.map((each) => each.name).sort()).toEqual(parts.sort());
  });

  it.each(operations)(
    'describes $name in words, with its errors and the allowance',
    ({ operation }) => {
      expect(operation.summary).toMatch(/^[A-Z]/);
      expect(operation.description).toMatch(/\.$/);
      const statuses = Object.keys(operation.responses);
      expect(statuses).toContain('500');
      if (operation.security !== undefined) {
        expect(statuses).toEqual(expect.arrayContaining(['401', '403', '429', '503']));
      }
      for (const response of Object.values(operation.responses)) {
        expect(
          JSON.stringify('$ref' in response ? resolve(String(response.$ref)) : response),
        ).toContain('X-RateLimit-Remaining');
      }
    },
  );
});

describe('a schema that may be null', () => {
  it.each([
    [{ type: 'string', nullable: true }, { type: ['string', 'null'] }],
    [
      { type: 'string', enum: ['a'], nullable: true },
      { type: ['string', 'null'], enum: ['a', null] },
    ],
    [
      { allOf: [{ $ref: '#/x' }], nullable: true, description: 'd' },
      { anyOf: [{ $ref: '#/x' }, { type: 'null' }], description: 'd' },
    ],
    [
      { properties: { nullable: { type: 'string' } } },
      { properties: { nullable: { type: 'string' } } },
    ],
  ])('is said in the words of 3.1: %j', (old, now) => {
    expect(toVersion31(old)).toEqual(now);
  });
});
