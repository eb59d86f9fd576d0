import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import { randomUUID } from 'node:crypto';
import { freshPhone, startApi } from './api.harness.js';
import { CALLS, type Outcome, type Postbacks, startPostbacks } from './postbacks.harness.js';

let on: Postbacks;

beforeAll(async () => {
  on = await startPostbacks();
});
afterAll(() => on.close());

/** As curl sends fields in PHP. */
function uploadForm(fields: Readonly<Record<string, string>>): RequestInit {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return { method: 'POST', body };
}

describe('a report of a call', () => {
  it('is matched at once, whatever form it has', async () => {
    const forms: ((phone: string) => ReturnType<Postbacks['send']>)[] = [
      (phone) => on.asked({ caller_id: phone, payout: '45.00' }),
      (phone) => on.json({ callerId: `+1 ${phone}`, payout: 45 }),
      (phone) => on.json({ call: { ani: phone, payout_cents: 4_500 } }),
      (phone) => on.posted(`caller=${phone}&payout=%2445.00`, 'application/x-www-form-urlencoded'),
      (phone) => on.posted(`caller=${phone}&payout=45`, null),
      (phone) => on.posted(JSON.stringify({ phone, payout: '45,00' }), 'text/plain'),
      (phone) => on.json({ payout: '45.00' }, `?token=${on.token}&phone=${phone}&payout=1`),
      (phone) => on.json({ token: on.token, phone, payout: '45.00' }, ''),
      (phone) =>
        on.posted(`token=${on.token}&phone=${phone}&payout=45`, 'text/html; charset=x', ''),
      (phone) => on.send(CALLS, uploadForm({ token: on.token, phone, payout: '45' })),
      (phone) =>
        on.posted(
          Buffer.from(`{"phone":"${phone}","payout":45}`, 'utf16le'),
          'a/json;charset=utf-16le',
        ),
    ];
    for (const form of forms) {
      const call = await on.aTransferredCall();
      const { status, body } = await form(call.phone);
      expect(status).toBe(200);
      expect(await on.settled(body)).toMatchObject({
        ...{ status: 'matched', transfer_id: call.transferId, reading: { payout_minor: 4_500 } },
      });
    }
  });

  it('may come with its token in a header', async () => {
    const { phone } = await on.aTransferredCall();
    const headers = { authorization: `Bearer ${on.token}` };
    const { body } = await on.send(`${CALLS}?phone=${phone}&payout=1`, { headers });
    expect(await on.settled(body)).toMatchObject({ status: 'matched' });
  });

  it('is a duplicate, a revision or a reversal when it comes again', async () => {
    const { phone, leadId } = await on.aTransferredCall();
    const call_id = randomUUID();
    const outcomes: string[] = [];
    for (const payout of ['45', '45', '60', '-5']) {
      const { body } = await on.asked({ call_id, caller: phone, payout });
      outcomes.push((await on.settled(body)).status);
    }
    expect(outcomes).toEqual(['matched', 'duplicate', 'revised', 'revised']);
    // The vendor’s call id is all that is needed from then on.
    const { body } = await on.asked({ call_id, payout: '70' });
    const last = await until('it to be matched', async () => {
      const found = await on.detail(body.postback_id);
      return found.status === 'revised' && found;
    });
    expect(last).toMatchObject({ match: { rule: 'vendor_call_id' } });
    const types: string[] = [];
    for await (const { type } of on.store.readStream(`lead-${leadId}`)) types.push(type);
    expect(types.filter((type) => type.startsWith('Revenue'))).toEqual([
      ...['RevenueConfirmed', 'RevenueRevised', 'RevenueReversed', 'RevenueRevised'],
    ]);
  });

  it('is warned of, then and later, when it counts for nothing in another currency', async () => {
    const { phone: caller } = await on.aTransferredCall();
    const call_id = randomUUID();
    await on.settled((await on.asked({ call_id, caller, payout: '45' })).body);
    const { body } = await on.asked({ call_id, caller, payout: '30', currency: 'CAD' });
    const warnings = ['currency_mismatch'];
    expect(await on.settled(body)).toMatchObject({ status: 'revised', match: { warnings } });
    // It may have been answered before its ledger heard of it.
    const told = body.outcome === 'unmatched' ? [] : warnings;
    expect(body.warnings.map(({ code }) => code)).toEqual(told);
  });

  it('may come from a platform and from a network, each with its own name for the call', async () => {
    const { phone: caller, leadId, transferId } = await on.aTransferredCall();
    const { text: network } = await on.createToken({ label: 'Network' });
    const tell = async (fields: Record<string, string>, by?: string) =>
      on.settled((await on.asked({ caller, ...fields }, by)).body);
    await tell({ call_id: randomUUID(), payout: '45.00' });
    const second = await tell({ call_id: randomUUID(), payout: '40.00' }, network);
    expect(second).toMatchObject({ status: 'revised', transfer_id: transferId });
    expect(await on.bookedOn(leadId)).toBe(4_000);
    const other = await on.asked({ caller, call_id: randomUUID(), payout: '9.00' }, network);
    await until('the second call of that sender to wait', async () => {
      return (await on.detail(other.body.postback_id)).reason === 'already_matched_conflict';
    });
  });

  it('is answered with a picture where one is wanted', async () => {
    const { phone } = await on.aTransferredCall();
    const fields = new URLSearchParams({ token: on.token, phone, payout: '45' }).toString();
    for (const [path, accept] of [
      [`${CALLS}.gif`, '*/*'],
      [CALLS, 'image/avif,image/*,*/*'],
    ] as const) {
      const { status, headers, text } = await on.send(`${path}?${fields}`, { headers: { accept } });
      expect([status, headers.get('content-type')]).toEqual([200, 'image/gif']);
      expect(text).toMatch(/^GIF89a/);
    }
  });

  it('may be one of a list', async () => {
    const [first, second] = [await on.aTransferredCall(), await on.aTransferredCall()];
    const { body } = await on.json([
      ...[
        { phone: first.phone, payout: 1 },
        { phone: freshPhone(), payout: 1 },
      ],
      { phone: second.phone, payout: 1 },
    ]);
    const { postbacks } = body as unknown as { postbacks: readonly Outcome[] };
    expect(postbacks).toHaveLength(3);
    expect(postbacks[1]).toMatchObject({ outcome: 'unmatched' });
    for (const [index, call] of [
      [0, first],
      [2, second],
    ] as const) {
      expect(await on.settled(postbacks[index]!)).toMatchObject({ transfer_id: call.transferId });
    }
  });

  it('counts in the place that it has in a list', async () => {
    const { phone, leadId } = await on.aTransferredCall();
    const call_id = randomUUID();
    const amounts = Array.from({ length: 60 }, (_, index) => index + 1);
    const list = amounts.map((payout) => ({ call_id, phone, payout }));
    const { body } = await on.json(list);
    const { postbacks } = body as unknown as { postbacks: readonly Outcome[] };
    for (const each of postbacks) await on.settled(each);
    await until('the last of the list to count', async () => {
      return (await on.bookedOn(leadId)) === 6_000;
    });
  });

  it('says why it is unmatched, and what was odd', async () => {
    const reasons: [Record<string, string>, string][] = [
      [{ payout: '45' }, 'caller_missing'],
      [{ caller: 'anonymous' }, 'caller_anonymous'],
      [{ caller: 'nobody at all' }, 'caller_unparseable'],
      [{ transfer_id: randomUUID() }, 'unknown_id'],
      [{ caller: freshPhone(), payout: '[Call:Payout]' }, 'no_transfer_for_caller'],
    ];
    for (const [fields, reason] of reasons) {
      const { status, body } = await on.asked(fields);
      expect([status, body.outcome]).toEqual([200, 'unmatched']);
      expect(['not_matched_yet', reason]).toContain(body.reason);
      await until(`it to be ${reason}`, async () => {
        return (await on.detail(body.postback_id)).reason === reason;
      });
    }
    const { body } = await on.asked({ caller: freshPhone(), payout: '[Call:Payout]' });
    expect(body.warnings).toEqual([{ field: 'payout', code: 'unreplaced_macro' }]);
  });

  it('is kept although it is no JSON', async () => {
    const body = '{"payout": ';
    const broken = await on.posted(body, 'application/json');
    expect([broken.status, broken.body.error.code]).toEqual([400, 'postback_undecodable']);
    const { postback_id: id } = broken.body.error.details as unknown as { postback_id: string };
    expect(await on.detail(id)).toMatchObject({ raw: { body } });
    await until('it to be unreadable', async () => (await on.detail(id)).reason === 'unreadable');
  });

  it.each([
    ['broken', '<call><payout>45', 'text/xml'],
    ['of a type of its own', '<!DOCTYPE a><a><payout>45</payout></a>', 'application/xml'],
  ])('is kept although its XML is %s', async (_, body, contentType) => {
    const broken = await on.posted(body, contentType);
    expect(broken).toMatchObject({ status: 200, body: { outcome: 'unmatched' } });
    const { postback_id: id } = broken.body;
    expect(await on.detail(id)).toMatchObject({ raw: { body } });
    await until('it to be unreadable', async () => (await on.detail(id)).reason === 'unreadable');
  });

  it('is refused if it is too large', async () => {
    const large = await on.posted('x'.repeat(65_537), 'text/plain');
    expect([large.status, large.body.error.code]).toEqual([413, 'payload_too_large']);
    expect((await on.posted('x'.repeat(65_536), 'text/plain')).status).toBe(200);
  });
});

describe('the token of a report', () => {
  it('is no key in the address: whoever uses a wrong method is told the right ones', async () => {
    const put = await on.send(`${CALLS}?token=${on.token}`, { method: 'PUT' });
    expect([put.status, put.body.error.code]).toEqual([405, 'method_not_allowed']);
    const keyed = await on.send(`${CALLS}?token=${on.token}&key=x`, { method: 'PUT' });
    expect([keyed.status, keyed.body.error.code]).toEqual([400, 'key_in_query_string']);
  });

  it('has to be good, and to be there', async () => {
    const { text, tokenId } = await on.createToken();
    expect((await on.asked({ payout: '1' }, text)).status).toBe(200);
    await on.revokeToken(tokenId);
    for (const answer of [
      ...[
        await on.asked({ payout: '1' }, text),
        await on.asked({}, 'pb_wrong'),
        await on.send(CALLS),
      ],
      ...[await on.json({ payout: 1 }, ''), await on.posted('token=pb_wrong', null, '')],
    ]) {
      expect([answer.status, answer.body.error.code]).toEqual([401, 'postback_token_invalid']);
    }
  });

  it('is found nowhere afterwards', async () => {
    const { phone } = await on.aTransferredCall();
    const body = JSON.stringify({ token: on.token, phone, seen: `https://x/?token=${on.token}` });
    const { body: outcome } = await on.posted(body, 'application/json', `?token=${on.token}&a=1`);
    const { raw } = await on.detail(outcome.postback_id);
    expect(raw).toMatchObject({ query: 'a=1', caller: `+1${phone}` });
    expect(JSON.stringify(await on.detail(outcome.postback_id))).not.toContain(on.token);
    for await (const { data } of on.store.readStream(`postback-${outcome.postback_id}`)) {
      expect(JSON.stringify(data)).not.toContain(on.token);
    }
    await on.api.parts.requestLog.flush();
    const { rows } = await on.database.pool.query<object>('select * from request_log');
    expect(JSON.stringify(rows, (_, value: unknown) => String(value))).not.toContain(on.token);
    expect(on.api.logged()).not.toContain(on.token);
  });

  it('cannot be guessed for long', async () => {
    const other = await startApi(on.servers);
    const guess = () => other.request(`${CALLS}?token=pb_${randomUUID()}`);
    await until('tokens to be known', async () => (await guess()).status === 401);
    // As often as it takes: a new minute, which may begin in between, has an allowance of its own.
    let last = await guess();
    while (last.status === 401) last = await guess();
    expect([last.status, last.body.error.code]).toEqual([429, 'rate_limited']);
    expect((await other.request(`${CALLS}?token=${on.token}`)).status).toBe(200);
    await other.close();
  });
});
