import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CsvTable, readCsv } from './csv-table.js';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) {
    yield await Promise.resolve(bytes.subarray(start, start + size));
  }
}

const table = (content: string | Uint8Array, pieceSize = 1_000) =>
  readCsv(pieces(typeof content === 'string' ? Buffer.from(content) : content, pieceSize));

async function cellsOf({ rows }: CsvTable): Promise<(readonly string[])[]> {
  const all = [];
  for await (const { cells } of rows) all.push(cells);
  return all;
}

const utf16 = (text: string, big: boolean) => {
  const bytes = Buffer.from(text, 'utf16le');
  return big ? bytes.swap16() : bytes;
};

describe('a CSV file', () => {
  it.each([',', ';', '\t', '|'])('may be separated by %j', async (delimiter) => {
    const rows = [
      ['Phone', 'Full, "proper"; name'],
      ['5551234567', 'Doe, Jane'],
    ];
    const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
    const text = rows.map((row) => row.map(quote).join(delimiter)).join('\r\n');
    const read = await table(text);
    expect(read).toMatchObject({ delimiter, columns: rows[0] });
    expect(await cellsOf(read)).toEqual([rows[1]]);
  });

  it('may say its delimiter in a first line of its own', async () => {
    const read = await table('sep=;\r\nPhone;Name, all of it\r\n5551234567;Jane\r\n');
    expect(read.columns).toEqual(['Phone', 'Name, all of it']);
  });

  it.each<[string, Uint8Array]>([
    ['UTF-8', Buffer.from('phone,name\n1,Zoë – “A”\n')],
    ['UTF-8 with a mark', Buffer.from('\ufeffphone,name\n1,Zoë – “A”\n')],
    ['Windows-1252', Buffer.from('phone,name\n1,Zo\xeb \x96 \x93A\x94\n', 'latin1')],
    ['UTF-16 LE with a mark', utf16('\ufeffphone,name\n1,Zoë – “A”\n', false)],
    ['UTF-16 BE with a mark', utf16('\ufeffphone,name\n1,Zoë – “A”\n', true)],
    ['UTF-16 LE', utf16('phone,name\n1,Zoë – “A”\n', false)],
    ['UTF-16 BE', utf16('phone,name\n1,Zoë – “A”\n', true)],
  ])('is read right from %s, however its bytes arrive', async (_, bytes) => {
    for (const size of [1, 2, 3, 7, 1_000]) {
      const read = await table(bytes, size);
      expect(read.columns).toEqual(['phone', 'name']);
      expect(await cellsOf(read)).toEqual([['1', 'Zoë – “A”']]);
    }
  });

  it('may be pasted together from UTF-8 and Windows-1252', async () => {
    const bytes = Buffer.concat([Buffer.from('name\nZoë\n'), Buffer.from('Zo\xeb\n', 'latin1')]);
    expect(await cellsOf(await table(bytes))).toEqual([['Zoë'], ['Zoë']]);
  });

  it('may end its lines in any way, have blank rows, and rows of any length', async () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const read = await table(['a,b', '', '1', ',', '2,3,4', ''].join(end));
      expect(await cellsOf(read)).toEqual([['1'], ['2', '3', '4']]);
    }
  });

  it('has a name for every column, and no name twice', async () => {
    const { columns } = await table('Note, Note ,,Note (2)\n1,2,3,4\n');
    expect(columns).toEqual(['Note', 'Note (2)', 'column 3', 'Note (2) (2)']);
  });

  it('gives back every cell that was written into it', async () => {
    const cell = fc.string({ unit: 'grapheme-ascii' }).map((text) => text.replaceAll('\r', ''));
    const row = fc.tuple(fc.constant('x'), cell, cell);
    await fc.assert(
      fc.asyncProperty(fc.array(row), fc.integer({ min: 1, max: 9 }), async (rows, size) => {
        const quoted = rows.map((cells) =>
          cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(','),
        );
        const read = await table(['a,b,c', ...quoted].join('\n'), size);
        expect(await cellsOf(read)).toEqual(rows);
      }),
    );
  });
});

describe('a file that is no CSV', () => {
  it.each(['', '\n\n', '\ufeff'])('is refused when it is empty: %j', async (text) => {
    await expect(table(text)).rejects.toMatchObject({ code: 'csv_invalid' });
  });

  it('is refused at a quote that is never closed, with its line', async () => {
    const reading = table('a,b\n1,2\n3,"4\n5,6\n').then(cellsOf);
    await expect(reading).rejects.toMatchObject({
      code: 'csv_invalid',
      message: expect.stringMatching(/line \d+.*Close the quote/s) as unknown,
    });
  });

  it('is refused when a line never ends', async () => {
    await expect(table(Buffer.alloc(3_000_000, 'x'), 64 * 1024)).rejects.toMatchObject({
      code: 'csv_invalid',
    });
  });

  it('hands on what went wrong with its source', async () => {
    const broken = (async function* () {
      yield await Promise.resolve(Buffer.from('a,b\n1,2\n'));
      throw new Error('connection lost');
    })();
    await expect(readCsv(broken).then(cellsOf)).rejects.toThrow('connection lost');
  });
});
