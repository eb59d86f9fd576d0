import { describe, expect, it } from '@jest/globals';
import { type Element } from '@xmldom/xmldom';
import fc from 'fast-check';
import { attributesOf, elementsIn, nameOf, readXml, textOf } from './xml-document.js';

/** Ends of lines, of which there are more than one thinks, are as good as each other in XML. */
const escaped = (text: string) =>
  text.replace(/[&<"\s\u0085]/g, (character) => `&#${character.charCodeAt(0)};`);
const childrenOf = (root: Element | null) =>
  root === null ? null : elementsIn(root).map((child) => [nameOf(child), textOf(child)]);
const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);

describe('a document in XML', () => {
  it('is read with its elements, attributes, entities and raw text', () => {
    const document = `<?xml version="1.0"?><!-- <a> --><lc:feedback xmlns="urn:x" lc:event_id='x&amp;y'>
      <type>return</type><reason><![CDATA[<wrong> & state]]></reason><note/><n>&#65;&#x42;</n>
    </lc:feedback>`;
    const root = readXml(document);
    expect(root === null ? null : nameOf(root)).toBe('feedback');
    expect(root === null ? null : attributesOf(root)).toEqual([{ name: 'event_id', value: 'x&y' }]);
    expect(childrenOf(root)).toEqual([
      ...[['type', 'return'] as const, ['reason', '<wrong> & state'] as const],
      ...[['note', ''] as const, ['n', 'AB'] as const],
    ]);
  });

  it('may hold what stands for no character, and what was lost on its way', () => {
    const document = '<a><b>AT&T & Sons &who; &#x;</b><c d="a&b">\ufffd</c></a>';
    expect(childrenOf(readXml(document))).toEqual([
      ['b', 'AT&T & Sons &who; &#x;'],
      ['c', '\ufffd'],
    ]);
  });

  it.each([
    ['', '<a>', '<a></b>', '<a/><b/>', 'x<a/>', '<a b=c/>', '<a><b></a></b>', '</a>', '<!-- <a/>'],
    ['<a b="c" b="d"/>', '<a b="<"/>', '<a b/>', '<a/>x', '<?xml version="1.0"?>', '<a><![CDATA[x'],
  ])('is none where it is broken', (...documents) => {
    expect(documents.map(readXml)).toEqual(documents.map(() => null));
  });

  it('is none where it has a type, whatever entities that defines', () => {
    const types = ['[<!ENTITY x "y">]', 'SYSTEM "file:///etc/passwd"', ''];
    const documents = types.map((type) => `<!DOCTYPE a ${type}><a>&x;</a>`);
    expect(documents.map(readXml)).toEqual([null, null, null]);
  });

  it('is none where it is too deep or too long', () => {
    expect([20, 21, 9_000, 80_000].map((depth) => readXml(nested(depth)) !== null)).toEqual([
      ...[true, false, false, false],
    ]);
    const long = (length: number) => `<a>${' '.repeat(length - 7)}</a>`;
    expect([long(512 * 1024), long(512 * 1024 + 1)].map((text) => readXml(text) !== null)).toEqual([
      ...[true, false],
    ]);
  });

  it('is none where it has more elements than any list of reports', () => {
    const wide = (elements: number) => `<a>${'<b/>'.repeat(elements - 1)}</a>`;
    expect([6_000, 6_001].map((elements) => readXml(wide(elements)) !== null)).toEqual([
      ...[true, false],
    ]);
  });

  it('comes back as it was written, and whatever comes never throws', () => {
    const written = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(fc.string(), written, written, (noise, text, value) => {
        const root = readXml(`<a v="${escaped(value)}"><b>${escaped(text)}</b></a>`);
        expect(childrenOf(root)).toEqual([['b', text.trim()]]);
        expect(root === null ? null : attributesOf(root)).toEqual([{ name: 'v', value }]);
        expect(() => readXml(noise)).not.toThrow();
        expect(() => readXml(`<a><b:c d="${noise}">${noise}</b:c></a>`)).not.toThrow();
      }),
    );
  });
});
