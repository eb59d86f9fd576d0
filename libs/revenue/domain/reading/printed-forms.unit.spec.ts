import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { readReportedNumber } from '../../application/reported-number.js';
import { parseCallTime } from './call-time.js';
import { readCaller } from './caller.js';
import { parseDuration } from './duration.js';
import { parseCents, parseDollars } from './money.js';
import { parseBillable } from './truth.js';

const guide = new URL('../../../../docs/how-to/receive-reports.md', import.meta.url);
const page = await readFile(guide, 'utf8');
const table = page.slice(page.indexOf('## Which forms are read'));

/** Whether a text is understood, by the first word of a row of the table. */
const reads: Readonly<Record<string, (text: string) => boolean>> = {
  Caller: (value) => readCaller([{ name: '', value }], [], readReportedNumber).value !== null,
  Amount: (text) => !('problem' in parseDollars(text)),
  'Amount, cents': (text) => !('problem' in parseCents(text)),
  Duration: (text) => !('problem' in parseDuration(text, 'seconds')),
  'Time of a call': (text) => !('problem' in parseCallTime(text, 'UTC')),
  'Paid for': (text) => !('problem' in parseBillable(text)),
};

function row(name: string): { readonly read: string[]; readonly refused: string[] } {
  const line = table.split('\n').find((each) => each.startsWith(`| ${name} `)) ?? '';
  const [read = '', refused = ''] = line.split('|').slice(2);
  return { read: quoted(read), refused: quoted(refused) };
}

function quoted(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
}

describe('the forms that the guide to reports names', () => {
  it.each(Object.entries(reads))('are read, and not read, as it says: %s', (name, isRead) => {
    const { read, refused } = row(name);
    expect(read.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    expect(read.filter((text) => !isRead(text))).toEqual([]);
    expect(refused.filter(isRead)).toEqual([]);
  });
});
