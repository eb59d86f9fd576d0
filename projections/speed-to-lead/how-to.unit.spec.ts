import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';

const root = new URL('../../', import.meta.url);
const textOf = (path: string) => readFile(new URL(path, root), 'utf8');

describe('the how-to of adding a read model', () => {
  it('quotes the code of this folder as it is', async () => {
    const howTo = await textOf('docs/how-to/add-a-projection.md');
    const quotes = [...howTo.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);
    expect(quotes).toHaveLength(3);
    const sources = await Promise.all(
      ['projection', 'queries'].map((kind) =>
        textOf(`projections/speed-to-lead/speed-to-lead.${kind}.ts`),
      ),
    );
    for (const quote of quotes) expect(sources.join('\n')).toContain(quote);
  });
});
