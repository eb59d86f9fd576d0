import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readXml } from './simple-xml.js';

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

describe('a document in XML', () => {
  it('is read with its elements, attributes, entities and raw text', () => {
    const document = `<?xml version="1.0"?><!-- <a> --><lc:feedback event_id='x&amp;y'>
      <type>return</type><reason><![CDATA[<wrong> & state]]></reason><note/><n>&#65;&#x42;&who;</n>
    </lc:feedback>`;
    expect(readXml(document)).toMatchObject({
      ...{ name: 'feedback', attributes: [{ name: 'event_id', value: 'x&y' }] },
      children: [
        { name: 'type', text: 'return' },
        { name: 'reason', text: '<wrong> & state' },
        { name: 'note', text: '', children: [] },
        { name: 'n', text: 'AB&who;' },
      ],
    });
  });

  it.each([
    ['', '<a>', '<a></b>', '<a/><b/>', 'x<a/>', '<a b=c/>', '<a><b></a></b>', '</a>', '<!-- <a/>'],
    ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', '<a>'.repeat(30) + '</a>'.repeat(30)],
  ])('is none where it is broken, too deep, or of a type of its own', (...documents) => {
    expect(documents.map(readXml)).toEqual(documents.map(() => null));
  });

  it('comes back as it was written, and whatever comes never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'grapheme' }), (text, value) => {
        const read = readXml(`<a v="${escaped(value)}"><b>${escaped(text)}</b></a>`);
        expect(read?.children[0]?.text).toBe(text);
        expect(read?.attributes).toEqual([{ name: 'v', value }]);
        expect(() => readXml(text)).not.toThrow();
      }),
    );
  });

  it('takes no longer than it is long', () => {
    const began = process.cpuUsage().user;
    for (const piece of ['<', '<a ', '<!--', '<a b="', '&#', '<a b="c"'])
      readXml(piece.repeat(64 * 1_024));
    expect(process.cpuUsage().user - began).toBeLessThan(2_000_000);
  });
});
