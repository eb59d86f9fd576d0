import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Hit, HITS_MAX, splitHits } from './hit.js';
import { readHit } from './read-hit.js';
import { codesOf, someOptions } from './reading.fixtures.js';
import { xmlElementsOf } from './xml-list.js';

const someXml = (body: string, contentType: string | null = 'text/xml'): Hit => ({
  ...{ method: 'POST', query: '', contentType, body },
});
const read = (hit: Hit) => readHit(hit, someOptions()).reading;
const aCall = (payout: number, id = `v-${payout}`) =>
  `<call id="x"><call_id>${id}</call_id><data><payout>${payout}</payout></data></call>`;

describe('a list of reports in XML', () => {
  it('is read one by one, with what stands around all of them', () => {
    const listed = `\n${aCall(1)}\n${aCall(2)}<!-- -->`;
    const body = `<?xml version="1.0"?><a:calls buyer="Acme">${listed}</a:calls>`;
    for (const contentType of ['application/xml', 'text/xml; charset=utf-8', 'text/plain', null]) {
      const hits = splitHits(someXml(body, contentType));
      expect(hits.map((hit) => hit.body)).toEqual([
        `<a:calls buyer="Acme" xmlns:a="urn:prefix:a"><!-- -->${aCall(1)}</a:calls>`,
        `<a:calls buyer="Acme" xmlns:a="urn:prefix:a"><!-- -->${aCall(2)}</a:calls>`,
      ]);
      expect(hits.map(read)).toMatchObject([
        { format: 'xml', payoutMinor: 100, buyer: 'Acme', vendorCallId: 'v-1', warnings: [] },
        { format: 'xml', payoutMinor: 200, buyer: 'Acme', vendorCallId: 'v-2', warnings: [] },
      ]);
    }
  });

  it('may hold its values in attributes', () => {
    const calls = [1, 2].map((payout) => `<call call_id="v-${payout}" payout="${payout}"/>`);
    const hits = splitHits(someXml(`<calls buyer="A &amp; B">${calls.join('\n')}</calls>`));
    expect(hits.map(read)).toMatchObject([
      { format: 'xml', payoutMinor: 100, buyer: 'A & B', vendorCallId: 'v-1', warnings: [] },
      { format: 'xml', payoutMinor: 200, buyer: 'A & B', vendorCallId: 'v-2', warnings: [] },
    ]);
    const within = `<report id="1"><call payout="45"/><caller>5125551212</caller></report>`;
    expect(read(someXml(within))).toMatchObject({ payoutMinor: 4_500, callerProblem: null });
  });

  it.each(['name', 'key', 'Name'])('is none of fields that each say their %s and value', (name) => {
    const fields = Object.entries({ payout: '45', duration: '120', billable: 'yes' });
    const said = fields.map(([field, value]) => `<f ${name}="${field}" value="${value}"/>`);
    for (const body of [`<hit>${said.join('\n')}</hit>`, `<a><hit>${said.join('')}</hit></a>`]) {
      const hit = { ...someXml(body), query: 'caller=5125551212' };
      expect(splitHits(hit)).toEqual([hit]);
      const expected = { payoutMinor: 4_500, durationSeconds: 120, billable: true, warnings: [] };
      expect(read(hit)).toMatchObject(expected);
    }
  });

  it('keeps what stands between its reports, but for the blanks that lay it out', () => {
    const lines = Array.from({ length: 400 }, (_, index) => `\n  <call payout="${index}"/>`);
    const split = xmlElementsOf(
      `<calls><!-- May -->${lines.join('')}<!-- checked -->${aCall(1)}\n</calls>`,
    );
    expect(split).toHaveLength(401);
    expect(split?.[0]).toBe('<calls><!-- May --><!-- checked --><call payout="0"/></calls>');
  });

  it('is told from one report', () => {
    for (const body of [`<calls>${aCall(1)}</calls>`, aCall(1), '<a><b>1</b><b>2</b></a>', '<a>'])
      expect(splitHits(someXml(body))).toEqual([someXml(body)]);
    expect(xmlElementsOf(`<a>${aCall(1)}<b><c/></b></a>`)).toBeNull();
  });

  it('of one is that one, whatever it is called and whatever is around it', () => {
    const one = '<report><caller>5125551212</caller><payout>45</payout></report>';
    for (const body of [one, `<reports>${one}</reports>`, `<e:a x="1"><b>${one}</b></e:a>`]) {
      const expected = { format: 'xml', payoutMinor: 4_500, callerProblem: null, warnings: [] };
      expect(read(someXml(body))).toMatchObject(expected);
    }
  });

  it('says less by what is around a report than the report itself', () => {
    const body = '<call payout="45"><buyer>Acme</buyer></call>';
    const around = `<calls payout="1" currency="EUR">${body}</calls>`;
    expect(read(someXml(around))).toMatchObject({ payoutMinor: 4_500, currency: 'EUR' });
  });

  it('stays together where it is too long, deeper, or too much is around it', () => {
    const list = (count: number) => someXml(`<a>${'<b><c/></b>'.repeat(count)}</a>`);
    expect(splitHits(list(HITS_MAX))).toHaveLength(HITS_MAX);
    const around = someXml(`<a note="${'x'.repeat(1_000)}">${aCall(1)}${aCall(2)}</a>`);
    const deeper = someXml(`<a><calls>${aCall(1)}${aCall(2)}</calls></a>`);
    for (const [hit, code] of [
      [list(HITS_MAX + 1), 'too_many_hits'],
      [around, 'list_of_hits'],
      [deeper, 'list_of_hits'],
    ] as const) {
      expect(splitHits(hit)).toEqual([hit]);
      expect(read(hit).format).toBe('unreadable');
      expect(codesOf(read(hit))).toEqual([code]);
    }
  });

  it('says of each report what it says alone', () => {
    const amounts = fc.array(fc.integer({ min: 0, max: 9_999 }), { minLength: 2, maxLength: 5 });
    const names = fc.string({ unit: 'grapheme' }).map((name) => name.replace(/[\r\n\t<"&]/g, '>'));
    fc.assert(
      fc.property(amounts, names, (payouts, name) => {
        const documents = payouts.map((payout) => aCall(payout, `${payout}&amp;${name}`));
        const split = splitHits(someXml(`<calls>${documents.join('\n')}</calls>`));
        expect(split.map(read)).toEqual(documents.map((each) => read(someXml(each))));
      }),
    );
  });
});

describe('an amount in XML', () => {
  it.each([
    ['<payout currency="EUR">45</payout>', 'EUR'],
    ['<payout Currency_Code="eur">45.00</payout>', 'EUR'],
    ['<payout currency="EUR">45</payout><currency>USD</currency>', 'EUR'],
    ['<payout currency="EUR">45 CAD</payout>', 'CAD'],
    ['<payout currency="{currency}">45</payout>', 'USD'],
    ['<payout unit="EUR">45</payout>', 'USD'],
  ])('is in the currency that stands beside it: %s', (fields, currency) => {
    const report = `<call><call_id>v-1</call_id>${fields}</call>`;
    expect(read(someXml(report))).toMatchObject({ payoutMinor: 4_500, currency });
  });

  it('is not guessed at in a currency that amounts are not known in', () => {
    const reading = read(someXml('<call><payout currency="ZZZ">45</payout><a>1</a></call>'));
    expect(reading.payoutMinor).toBeNull();
    expect(codesOf(reading)).toEqual(['amount_unreadable']);
  });
});

describe('what is no XML', () => {
  it.each([
    ['a form, though it begins as XML does', 'application/x-www-form-urlencoded', '<x=1&payout=45'],
    ['a form of no type', null, '<x=1&payout=45'],
    ['a form with a document in it', 'application/x-www-form-urlencoded', '<a b="&payout=45&"/>'],
  ])('is %s', (_, contentType, body) => {
    expect(read(someXml(body, contentType))).toMatchObject({ format: 'form', payoutMinor: 4_500 });
  });

  it('is said of what looks like it and breaks off', () => {
    const reading = read(someXml('<?xml version="1.0"?><call>', null));
    expect(reading).toMatchObject({ format: 'unreadable' });
    expect(codesOf(reading)).toEqual(['xml_undecodable']);
  });
});
