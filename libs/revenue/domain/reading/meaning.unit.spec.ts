import { describe, expect, it } from '@jest/globals';
import { readHit, type ReadingOptions } from './read-hit.js';
import { codesOf, readingOf, someJson, someOptions } from './reading.fixtures.js';

const ID = '0f6a1c3e-5d2b-8a47-9c10-3e8f7d6b5a49';
const readText = (json: string) => readHit(someJson(json), someOptions()).reading;

describe('what a call is worth', () => {
  it.each([
    ['a payout of 4250', { payout: '4250' }, 425_000],
    ['cents', { payout_cents: '4250' }, 4_250],
    ['cents in camel case', { payoutCents: 4_250 }, 4_250],
    ['minor units', { amount_minor: '4250' }, 4_250],
    ['nothing', { payout: 0 }, 0],
    ['less than nothing', { payout: '-35.00' }, -3_500],
    ['a payout before a revenue', { revenue: '60', payout: '45' }, 4_500],
    ['a payout before a revenue in cents', { revenue_cents: 6_000, payout: '45' }, 4_500],
    ['a payout of nothing before a revenue', { revenue: '60', payout: '0' }, 0],
    ['a revenue where the payout is a placeholder', { revenue: '60', payout: '[p]' }, 6_000],
    ['a revenue alone', { call_revenue: '60' }, 6_000],
    ['an addition', { add_revenue: '5' }, 500],
    ['a payout added before a revenue added', { add_revenue: '5', add_payout: '4' }, 400],
  ])('%s', (_, fields, payoutMinor) => {
    expect(readingOf(fields).payoutMinor).toBe(payoutMinor);
  });

  it('is the amount in cents where both are sent, with a warning if they disagree', () => {
    const agreeing = readingOf({ payout: '42.50', payout_cents: '4250' });
    expect(agreeing).toMatchObject({ payoutMinor: 4_250, warnings: [] });
    const disagreeing = readingOf({ payout: '42.50', payout_cents: '4300' });
    expect(disagreeing.payoutMinor).toBe(4_300);
    expect(disagreeing.warnings).toEqual([{ field: 'payout', code: 'amounts_disagree' }]);
    expect(disagreeing.fields.payoutMinor).toBe('payout_cents');
  });

  it('is unknown where cents are no whole number', () => {
    const reading = readingOf({ payout_cents: '42.50' });
    expect(reading.payoutMinor).toBeNull();
    expect(codesOf(reading)).toEqual(['cents_not_integer']);
  });

  it('is never the revenue where a payout was sent that cannot be read', () => {
    expect(readingOf({ payout: 'soon', revenue: '60' }).payoutMinor).toBeNull();
  });

  it('is added to what was reported before only if it is no whole amount', () => {
    expect(readingOf({ add_revenue: 5 }).payoutMode).toBe('add');
    const both = readingOf({ add_revenue: 5, revenue: 60 });
    expect(both).toMatchObject({ payoutMode: 'set', payoutMinor: 6_000 });
    expect(codesOf(both)).toEqual(['addition_ignored']);
  });

  it('is in cents under any name if the token says so', () => {
    const settings = { amountUnit: 'cents', timeZone: 'UTC', currency: 'USD' } as const;
    expect(readingOf({ payout: '4250' }, { settings }).payoutMinor).toBe(4_250);
    expect(readingOf({ add_revenue: '500' }, { settings }).payoutMinor).toBe(500);
    expect(codesOf(readingOf({ payout: '42.50' }, { settings }))).toEqual(['cents_not_integer']);
  });

  it('is read as it was written: no rounding by the language, no exponents', () => {
    expect(readText('{"payout": 0.285}').payoutMinor).toBe(28);
    expect(codesOf(readText('{"payout": 1e3}'))).toEqual(['amount_unreadable']);
  });

  it('is in the currency that is sent, else that of the token', () => {
    const settings = { amountUnit: 'by_name', timeZone: 'UTC', currency: 'CAD' } as const;
    expect(readingOf({}, { settings }).currency).toBe('CAD');
    expect(readingOf({ currency: 'eur' }, { settings }).currency).toBe('EUR');
    const unknown = readingOf({ currency_code: 'dollars' }, { settings });
    expect(unknown.currency).toBe('CAD');
    expect(codesOf(unknown)).toEqual(['currency_unknown']);
  });

  it('is in the currency that the amount itself names, whatever else says', () => {
    expect(readingOf({ payout: '42.50 CAD' })).toMatchObject({
      ...{ payoutMinor: 4_250, currency: 'CAD', warnings: [] },
      fields: { payoutMinor: 'payout', currency: 'payout' },
    });
    expect(readingOf({ payout: '42.50 CAD', currency: 'cad' }).warnings).toEqual([]);
    expect(readingOf({ payout: '42.50 CAD', currency: 'USD' })).toMatchObject({
      currency: 'CAD',
      warnings: [{ field: 'currency', code: 'currencies_disagree' }],
    });
    expect(readingOf({ payout: '$42.50', currency: 'CAD' }).currency).toBe('CAD');
    expect(readingOf({ payout_cents: '4250 EUR', payout: '1 CAD' }).currency).toBe('EUR');
  });
});

describe('who called', () => {
  it.each([
    ['nobody says', {}, 'missing'],
    ['a placeholder', { caller: '[caller]' }, 'missing'],
    ['a dialed number only', { number: '5125551212', tracking_number: '5125551212' }, 'missing'],
    ['a number to call only', { inbound_number: '5125551212' }, 'missing'],
    ['no number', { caller: 'Jane' }, 'unparseable'],
    ['a withheld number', { caller: 'Anonymous' }, 'anonymous'],
    ['a withheld number, spelled', { caller: 7378742833 }, 'anonymous'],
    ['a campaign', { cid: '1' }, 'missing'],
  ])('is unknown: %s', (_, fields, problem) => {
    const reading = readingOf(fields);
    expect(reading).toMatchObject({ callerProblem: problem, callerHash: null });
  });

  it.each([
    ['a number under cid', { cid: '15125551212' }],
    ['a better field after a campaign', { cid: '1', phone: '5125551212' }],
    ['the first that is a number', { from: 'web', caller: 'anonymous', tel: '512-555-1212' }],
    ['what the sender dialed is left aside', { number: '3035551212', ani: '5125551212' }],
    ['a plus that became a space', { caller: ' 15125551212' }],
  ])('is %s', (_, fields) => {
    const { reading, caller } = readHit(someJson(fields), someOptions());
    expect(caller).toBe('+15125551212');
    expect(reading).toMatchObject({ callerProblem: null, callerHash: 'hash of +15125551212' });
  });

  it('is never told by the reading itself', () => {
    const phone = '(512) 555-1212';
    const fields = { caller: phone, call_id: '+15125551212', buyer: `Jane ${phone}`, sub1: phone };
    const { reading } = readHit(someJson(fields), someOptions({ hashPhone: () => 'h' }));
    expect(reading).toMatchObject({ vendorCallId: null, buyer: null, ids: [] });
    expect(JSON.stringify(reading).replace(/\D/g, '')).not.toContain('5125551212');
  });
});

describe('the rest of a report', () => {
  it('echoes our ids, wherever senders keep references, if they are ours', () => {
    const ids = readingOf({ sub1: ID.toUpperCase(), ref_id: 'their-7', transfer_id: ID }).ids;
    expect(ids).toEqual([ID]);
    const other = ID.replace('0f', '1f');
    expect(readingOf({ lead_id: other, external_id: ID }).ids).toEqual([ID, other]);
    expect(readingOf({ subid: ID.replaceAll('-', '') }).ids).toEqual([ID]);
  });

  it('keeps every digit of a call’s id', () => {
    expect(readText('{"call_id":12345678901234567890}').vendorCallId).toBe('12345678901234567890');
  });

  it('has no call id longer than any, and cuts a buyer’s name', () => {
    const reading = readingOf({ call_id: 'x'.repeat(201), buyer: 'y'.repeat(201) });
    expect(reading).toMatchObject({ vendorCallId: null, buyer: 'y'.repeat(200) });
    expect(codesOf(reading)).toEqual(['too_long', 'cut']);
  });

  it.each([
    ['the conversation before the whole call', { duration: 200, connected_duration: 125 }, 125],
    ['the whole only if there is nothing else', { total_duration: 200 }, 200],
    ['minutes before a total', { billable_minutes: 2, total_duration: 200 }, 120],
    ['milliseconds', { duration_ms: 125_400 }, 125],
    ['no threshold', { min_duration: 90, retreaver_seconds: 90, hold_duration: 5 }, null],
    ['none that is negative', { duration: -5 }, null],
  ])('takes as duration %s', (_, fields, seconds) => {
    expect(readingOf(fields).durationSeconds).toBe(seconds);
  });

  it.each([
    ['an explicit field before a status', { billable: 'no', status: 'sold' }, false],
    ['a status', { disposition: 'No Sale' }, false],
    ['a status in the place of yes', { qualified: 'qualified' }, true],
    ['nothing', { status: 'answered' }, null],
    [
      'the next field if one is no truth',
      { paid: '45.00', converted: 'maybe', is_billable: 1 },
      true,
    ],
  ])('takes as billable %s', (_, fields, billable) => {
    expect(readingOf(fields).billable).toBe(billable);
  });

  it('is a duplicate if it says so, by flag or by status', () => {
    expect(readingOf({ duplicate: 'yes' }).isDuplicate).toBe(true);
    expect(readingOf({ status: 'duplicate' })).toMatchObject({
      isDuplicate: true,
      billable: false,
    });
    expect(readingOf({ status: 'duplicate', is_duplicate: 0 }).isDuplicate).toBe(false);
  });

  it('tells when the call began, from its end if need be', () => {
    const end_time = '2026-03-01T12:02:05Z';
    expect(readingOf({ end_time, duration: 125 })).toMatchObject({
      callAt: '2026-03-01T12:00:00.000Z',
      warnings: [],
    });
    const without = readingOf({ end_time });
    expect(without.callAt).toBe('2026-03-01T12:02:05.000Z');
    expect(codesOf(without)).toEqual(['end_taken_for_start']);
    expect(readingOf({ end_time, start_time: 1_772_366_400 }).callAt).toBe(
      '2026-03-01T12:00:00.000Z',
    );
  });

  it('reads a time without a zone in that of the token', () => {
    const settings = { amountUnit: 'by_name', timeZone: 'America/New_York', currency: 'USD' };
    const reading = readingOf({ call_time: '2026-03-01 07:00:00' }, {
      settings,
    } as Partial<ReadingOptions>);
    expect(reading.callAt).toBe('2026-03-01T12:00:00.000Z');
    expect(codesOf(reading)).toEqual(['time_zone_assumed']);
  });

  it('is read with the tenant’s additions, and says so', () => {
    const aliases = [
      { field: 'payout_cents', name: 'amount' },
      { field: 'caller', name: 'rufnummer' },
    ];
    const reading = readingOf(
      { Ruf_Nummer: '5125551212', amount: 4_250 },
      { aliases, aliasVersion: 3 },
    );
    expect(reading).toMatchObject({ mapVersion: '3.3', payoutMinor: 4_250, callerProblem: null });
  });
});
