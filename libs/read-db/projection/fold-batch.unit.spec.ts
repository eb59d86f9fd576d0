import { describe, expect, it } from '@jest/globals';
import { history } from '#events/testing';
import { foldBatch } from './fold-batch.js';
import { defineProjection, insert, remove, update, upsert } from './projection.js';
import { defineTable, instant, text } from './table.js';

const table = defineTable({
  columns: { tenantId: text(), id: text(), words: text(), at: instant() },
  key: ['tenantId', 'id'],
});

interface Said {
  readonly type: 'Began' | 'Said' | 'Amended' | 'Left';
  readonly data: { readonly id: string; readonly words: string; readonly at: string };
}

const projection = defineProjection<
  { [Type in Said['type']]: Said & { type: Type } }[Said['type']],
  typeof table
>({
  name: 'talk',
  version: 1,
  table,
  on: {
    Began: ({ data, metadata }) => insert({ tenantId: metadata.tenantId, ...data }),
    Said: ({ data, metadata }) =>
      upsert({ tenantId: metadata.tenantId, id: data.id }, (row) => ({
        tenantId: metadata.tenantId,
        ...data,
        words: (row?.words ?? '') + data.words,
      })),
    Amended: ({ data, metadata }) =>
      update({ tenantId: metadata.tenantId, id: data.id }, (row) => ({ ...row, ...data })),
    Left: ({ data, metadata }) => remove({ tenantId: metadata.tenantId, id: data.id }),
  },
});

const said = (type: Said['type'], id = 'a', words = '', at = '2026-01-05T12:00:00.000Z'): Said => ({
  type,
  data: { id, words, at },
});

async function fold(events: Said[], stored: Readonly<Record<string, unknown>>[] = []) {
  const loaded: (readonly object[])[] = [];
  const folded = await foldBatch(projection, history(events), (keys) => {
    loaded.push(keys);
    return Promise.resolve(stored);
  });
  return { ...folded, loaded };
}

const a = { tenantId: 'acme', id: 'a' };
const none = { inserts: [], upserts: [], removals: [] };

describe('a batch', () => {
  it('loads each row it touches once, and none that begins in it', async () => {
    const events = [said('Began'), said('Said'), said('Said', 'b'), said('Amended', 'b')];
    const { loaded } = await fold(events);
    expect(loaded).toEqual([[{ tenantId: 'acme', id: 'b' }]]);
    expect((await fold([said('Began'), said('Said')])).loaded).toEqual([]);
    expect((await fold([said('Left')])).loaded).toEqual([]);
  });

  it('writes each row once, as it is in the end', async () => {
    const events = [said('Said', 'a', 'x'), said('Said', 'a', 'y')];
    const { changes } = await fold(events, [{ ...a, words: 'w', at: '2026-01-01T00:00:00.000Z' }]);
    expect(changes).toEqual({
      inserts: [],
      upserts: [{ ...a, words: 'wxy', at: '2026-01-05T12:00:00.000Z' }],
      removals: [],
    });
  });

  it('removes a row that ends in it, and writes one that begins anew', async () => {
    const ended = await fold([said('Began'), said('Left')]);
    expect(ended.changes).toEqual({
      ...none,
      removals: [expect.objectContaining(a)],
    });
    const anew = await fold([said('Left'), said('Said', 'a', 'again')], [{ ...a, words: 'old' }]);
    expect(anew.changes.upserts).toEqual([expect.objectContaining({ words: 'again' })]);
  });

  it('tells rows that are new from those that are or may be there', async () => {
    const stored = [{ ...a, words: 'w', at: '2026-01-01T00:00:00.000Z' }];
    const events = [said('Said', 'a'), said('Said', 'b'), said('Began', 'c'), said('Left', 'd')];
    const { changes } = await fold([...events, said('Said', 'd')], stored);
    expect(changes.inserts).toMatchObject([{ id: 'b' }, { id: 'c' }]);
    expect(changes.upserts).toMatchObject([{ id: 'a' }, { id: 'd' }]);
  });

  it('leaves alone what there is no row to change of', async () => {
    expect((await fold([said('Amended')])).changes).toEqual(none);
  });

  it('keeps rows as Postgres would give them back', async () => {
    const { changes } = await fold([said('Began', 'a', 'x\0\ud800', '2026-01-05T14:00:00+02:00')]);
    expect(changes.inserts).toEqual([
      { ...a, words: 'x\ufffd\ufffd', at: '2026-01-05T12:00:00.000Z' },
    ]);
  });
});
