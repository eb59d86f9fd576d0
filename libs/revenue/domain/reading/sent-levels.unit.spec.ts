import { describe, expect, it } from '@jest/globals';
import { type Hit, HITS_MAX, splitHits } from './hit.js';
import { readHit } from './read-hit.js';
import {
  aForm,
  aPixel,
  codesOf,
  part,
  readingOf,
  someJson,
  someOptions,
  someParts,
} from './reading.fixtures.js';

const read = (hit: Hit) => readHit(hit, someOptions()).reading;

const caller = part('caller', '5125551212');
const payout = part('payout', '45');
const unendedParts = `--x\r\n${payout}\r\n--x\r\n`;

describe('how a report is sent', () => {
  const fields = 'caller=5125551212&payout=45';
  it.each([
    ['as JSON', someJson({ caller: '5125551212', payout: 45 }), 'json'],
    ['as a form', aForm(fields), 'form'],
    ['in the address', aPixel(fields), 'query'],
    ['in the address, with a question mark', aPixel(`?${fields}`), 'query'],
    ['in the address, pasted from a page', aPixel(fields.replace('&', '&amp;')), 'query'],
    ['as JSON and in the address', someJson({ payout: 45 }, 'caller=5125551212'), 'mixed'],
    ['with nothing but the token in the address', { ...aForm(fields), query: 'token=x' }, 'form'],
    ['as JSON that is said to be a form', aForm('{"caller":"5125551212","payout":45}'), 'json'],
    [
      'as JSON that is not said to be it',
      { ...aForm('[{"caller":5125551212,"payout":45}]'), contentType: null },
      'json',
    ],
    [
      'as a form that is not said to be one',
      { ...aForm(fields), contentType: 'text/plain' },
      'form',
    ],
    ['as bytes', aForm(Buffer.from(fields)), 'form'],
    ['in parts', someParts([caller, payout]), 'form'],
    ['in parts of a quoted boundary', someParts([caller, payout], '"a b"'), 'form'],
    [
      'in parts, and in the address',
      { ...someParts([payout]), query: 'caller=5125551212' },
      'mixed',
    ],
    [
      'as JSON that is said to be parts',
      { ...someParts([]), body: '{"caller":"5125551212","payout":45}' },
      'json',
    ],
    ['with a GET that has a body', { ...aForm(fields), method: 'GET' }, 'form'],
  ] as [string, Hit, string][])('makes no difference: %s', (_, hit, format) => {
    const { reading, caller } = readHit(hit, someOptions());
    expect(reading).toMatchObject({ format, payoutMinor: 4_500, warnings: [] });
    expect(caller).toBe('+15125551212');
  });

  it.each([
    ['broken JSON', '{"payout":45', 'application/json', 'json_undecodable'],
    ['a form said to be JSON', 'payout=45', 'application/json', 'json_undecodable'],
    ['broken JSON nobody announced', '{"payout":45', null, 'json_undecodable'],
    ['JSON that is no object', '"payout"', 'application/json', 'json_not_object'],
    ['null', 'null', 'application/json', 'json_not_object'],
    ['several reports at once', '[{},{}]', 'application/json', 'list_of_hits'],
    ['an empty list', '[]', 'application/json', 'list_of_hits'],
    ['words', 'hello', 'text/plain', 'body_undecodable'],
    ['XML that breaks off', '<call>', 'application/xml', 'xml_undecodable'],
    ['XML of several', '<a><b><c/></b><b><c/></b></a>', 'text/xml', 'list_of_hits'],
    ['mixed parts', '--x', 'multipart/mixed; boundary=x', 'content_type_unsupported'],
    ['parts of no boundary', '--x\r\n', 'multipart/form-data', 'body_undecodable'],
    ['parts that never end', unendedParts, 'multipart/form-data; boundary=x', 'body_undecodable'],
    ['JSON nested without end', '['.repeat(50_000), 'application/json', 'json_undecodable'],
  ])('is unreadable, and the address is still read: %s', (_, body, contentType, code) => {
    const hit: Hit = { method: 'POST', contentType, query: 'caller=5125551212&payout=1', body };
    const reading = read(hit);
    expect(reading).toMatchObject({ format: 'unreadable', payoutMinor: 100 });
    expect(reading.callerHash).not.toBeNull();
    expect(codesOf(reading)).toEqual([code]);
  });

  it('says nothing if it is empty', () => {
    expect(read(aPixel(''))).toMatchObject({
      format: 'query',
      ids: [],
      callerProblem: 'missing',
      payoutMinor: null,
      payoutMode: 'set',
      currency: 'USD',
      fields: {},
      warnings: [],
    });
  });
});

describe('the same field in several places', () => {
  it('counts in the body before the address', () => {
    expect(read(someJson({ payout: 45 }, 'payout=1')).payoutMinor).toBe(4_500);
    expect(read({ ...aForm('payout=45'), query: 'PayOut=1' }).payoutMinor).toBe(4_500);
  });

  it('counts in the address where the body has only a placeholder', () => {
    expect(read(someJson({ payout: '{payout}' }, 'payout=1')).payoutMinor).toBe(100);
  });

  it.each(['call', 'data', 'payload', 'event', 'conversion', 'Data', 'CALL'])(
    'counts at the top before what is within %s',
    (container) => {
      expect(readingOf({ [container]: { payout: 1 } }).payoutMinor).toBe(100);
      expect(readingOf({ [container]: { payout: 1 }, payout: 45 }).payoutMinor).toBe(4_500);
    },
  );

  it('is not looked for deeper, elsewhere, or in lists', () => {
    expect(readingOf({ call: { data: { payout: 1 } } }).payoutMinor).toBeNull();
    expect(readingOf({ meta: { payout: 1 } }).payoutMinor).toBeNull();
    expect(readingOf({ call: [{ payout: 1 }], payout: [1] }).payoutMinor).toBeNull();
  });

  it('is warned of where it is an object or a list, and hides no value', () => {
    const parts = { payout: { amount: 45 }, caller: ['5125551212'], meta: {}, currency: null };
    const reading = readingOf({ ...parts, call: { payout: 46 } });
    expect(reading.payoutMinor).toBe(4_600);
    expect(reading.warnings).toEqual([
      { field: 'payout', code: 'not_a_single_value' },
      { field: 'caller', code: 'not_a_single_value' },
    ]);
  });

  it('counts the last time, with a warning', () => {
    const reading = read(aPixel('payout=1&payout=45&Pay_Out=45'));
    expect(reading.payoutMinor).toBe(4_500);
    expect(reading.warnings).toEqual([
      { field: 'payout', code: 'repeated' },
      { field: 'Pay_Out', code: 'repeated' },
    ]);
  });

  it('counts under the more telling name, wherever that is', () => {
    expect(readingOf({ revenue: 60, call: { payout: 45 } }).payoutMinor).toBe(4_500);
    expect(readingOf({ phone: '3035551212', caller_id: '5125551212' }).fields.caller).toBe(
      'caller_id',
    );
  });
});

describe('characters', () => {
  it.each([
    ['UTF-8 unless said', Buffer.from('buyer=Café'), undefined, []],
    ['UTF-8, escaped', 'buyer=Caf%C3%A9', undefined, []],
    ['as said', Buffer.from('buyer=Café', 'latin1'), 'ISO-8859-1', []],
    ['as said, escaped', Buffer.from('buyer=Caf%E9'), '"windows-1252"', []],
    ['as said, of two bytes', Buffer.from('buyer=Café', 'utf16le'), 'utf-16le', []],
    ['Windows-1252 if not UTF-8', Buffer.from('buyer=Caf%E9'), undefined, ['charset_mismatch']],
    ['UTF-8 if unknown', Buffer.from('buyer=Café'), 'klingon', ['charset_unknown']],
  ])('are read as %s', (_, body, charset, codes) => {
    const reading = read(aForm(body, charset));
    expect(reading.buyer).toBe('Café');
    expect(codesOf(reading)).toEqual(codes);
  });

  it('are read in JSON, too, without a byte order mark', () => {
    const body = Buffer.from('\ufeff{"buyer":"Café"}');
    expect(read({ ...someJson('{}'), body }).buyer).toBe('Café');
    const latin = Buffer.from('{"buyer":"Café"}', 'latin1');
    const contentType = 'application/json; charset=iso-8859-1';
    expect(read({ ...someJson('{}'), contentType, body: latin }).buyer).toBe('Café');
  });

  it('that cannot be stored are left out', () => {
    expect(read(someJson('{"buyer":"Ac\\u0000me \\ud800"}')).buyer).toBe('Acme \ufffd');
    expect(read(aPixel('buyer=%00Acme%zz')).buyer).toBe('Acme%zz');
  });
});

describe('the parts of an upload form', () => {
  it.each([
    ['as they are', part('payout', '45')],
    ['in any order of what describes them', `Content-Type: text/plain\r\n${part('payout', '45')}`],
    ['in any casing, and without quotes', 'content-disposition: form-data; NAME=payout\r\n\r\n45'],
    ['behind what comes before the first', part('payout', '45'), 'to be skipped\r\n'],
  ])('are fields: %s', (_, one, before = '') => {
    const hit = someParts([one]);
    const body = Buffer.concat([Buffer.from(before), Buffer.from(hit.body)]);
    expect(read({ ...hit, body })).toMatchObject({ payoutMinor: 4_500, warnings: [] });
  });

  it('are no fields where they are files or have no name', () => {
    const file = 'Content-Disposition: form-data; name="payout"; filename="a.csv"\r\n\r\n45';
    expect(read(someParts([file])).payoutMinor).toBeNull();
    const nameless = 'Content-Disposition: form-data; filename="payout"\r\n\r\n45';
    expect(read(someParts([nameless])).payoutMinor).toBeNull();
  });

  it('may hold empty lines, and what looks like another boundary', () => {
    expect(read(someParts([part('buyer', 'A\r\n\r\n-x--\r\nB'), payout]))).toMatchObject({
      ...{ buyer: 'A-x--B', payoutMinor: 4_500 },
    });
  });

  it('are in UTF-8 unless they say otherwise', () => {
    expect(read(someParts([part('buyer', 'Café')])).buyer).toBe('Café');
    const latin = `Content-Type: text/plain; charset=iso-8859-1\r\n${part('buyer', 'Café')}`;
    const hit = someParts([latin]);
    const body = Buffer.from(hit.body.toString(), 'latin1');
    expect(read({ ...hit, body })).toMatchObject({ buyer: 'Café', warnings: [] });
  });
});

describe('several reports in one request', () => {
  it('are read one by one, numbers as they were written', () => {
    const body = '[{"call_id":12345678901234567890,"payout":1.10},{"payout":2}]';
    const hits = splitHits(someJson(body, 'buyer=Acme'));
    expect(hits.map((hit) => hit.body)).toEqual([
      '{"call_id":12345678901234567890,"payout":1.10}',
      '{"payout":2}',
    ]);
    expect(hits.map((hit) => read(hit).payoutMinor)).toEqual([110, 200]);
    expect(hits.map((hit) => read(hit).buyer)).toEqual(['Acme', 'Acme']);
  });

  it('are told from one', () => {
    for (const hit of [someJson({ payout: 1 }), aForm('a=[1]'), aPixel('a=1'), someJson('[1')]) {
      expect(splitHits(hit)).toEqual([hit]);
    }
  });

  it('may be 500; more stay together and are unreadable, so that nothing is lost', () => {
    const list = (count: number) => someJson(Array.from({ length: count }, () => ({ payout: 1 })));
    expect(splitHits(list(HITS_MAX))).toHaveLength(HITS_MAX);
    const tooMany = list(HITS_MAX + 1);
    expect(splitHits(tooMany)).toEqual([tooMany]);
    expect(read(tooMany)).toMatchObject({
      format: 'unreadable',
      warnings: [{ field: 'body', code: 'too_many_hits' }],
    });
  });
});

describe('a body of two bytes for each character that begins with the mark of that', () => {
  it.each([
    ['JSON', 'application/json', '[{"payout":45},{"payout":46}]'],
    ['XML', 'text/xml; charset=utf-8', '<a><b payout="45"/><b payout="46"/></a>'],
    ['a form', 'application/x-www-form-urlencoded', 'payout=45'],
  ])('is read if it is %s, whatever its media type says', (_, contentType, text) => {
    const little = Buffer.from(`\ufeff${text}`, 'utf16le');
    for (const body of [little, Buffer.from(little).swap16()]) {
      const hits = splitHits({ method: 'POST', contentType, query: '', body });
      expect(hits).toHaveLength(contentType.includes('form') ? 1 : 2);
      expect(read(hits[0]!)).toMatchObject({ payoutMinor: 4_500, warnings: [] });
    }
  });
});
