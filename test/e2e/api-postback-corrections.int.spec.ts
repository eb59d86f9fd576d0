import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import { randomUUID } from 'node:crypto';
import { aCall, type Postbacks, startPostbacks } from './postbacks.harness.js';

let on: Postbacks;

beforeAll(async () => {
  on = await startPostbacks();
});
afterAll(() => on.close());

describe('a report that came before its transfer', () => {
  it('is matched when the transfer comes', async () => {
    const call = aCall();
    const { body } = await on.asked({ caller: call.phone, payout: '45' });
    expect(body).toMatchObject({ outcome: 'unmatched' });
    await until('nothing to be found', async () => {
      return (await on.detail(body.postback_id)).reason === 'no_transfer_for_caller';
    });
    await on.transferred(call);
    const matched = await until('it to be matched', async () => {
      const found = await on.detail(body.postback_id);
      return found.status === 'matched' && found;
    });
    expect(matched.transfer_id).toBe(call.transferId);
    expect(matched.events.map(({ type }) => type)).toEqual([
      ...['PostbackReceived', 'PostbackLeftUnmatched', 'PostbackAssigned', 'PostbackSettled'],
    ]);
  });
});

describe('a report that counts already', () => {
  it('is worth what it says once its amount has a name, and no more when that is taken away', async () => {
    const { phone, leadId } = await on.aTransferredCall();
    const { body } = await on.asked({ caller: phone, monto: '45' });
    await on.settled(body);
    expect(await on.bookedOn(leadId)).toBe(0);
    for (const [aliases, minor] of [
      [[{ field: 'payout_dollars', name: 'monto' }], 4_500],
      [[], 0],
    ] as const) {
      await on.named(aliases);
      await until('the money to appear', async () => (await on.bookedOn(leadId)) === minor);
    }
    const { events } = await on.detail(body.postback_id);
    expect(events.map(({ type }) => type).slice(3, 5)).toEqual([
      ...['PostbackReadAnew', 'PostbackSettled'],
    ]);
  });
});

describe('a person', () => {
  it('tries a report out, described or as it is', async () => {
    const { phone, transferId } = await on.aTransferredCall();
    const preview = async (body: string | Buffer, type: string) => {
      const headers = { 'content-type': type };
      const init = { method: 'POST', body, headers, key: on.key };
      return (await on.api.request('/v1/postbacks/preview', init)).body;
    };
    const described = JSON.stringify({ query: `caller=${phone}&payout=45`, method: 'GET' });
    const matched = { outcome: 'matched', transfer_id: transferId, match: { rule: 'caller' } };
    const reading = { payout_minor: 4_500 };
    expect(await preview(described, 'application/json')).toMatchObject({
      postbacks: [{ ...matched, reading: { ...reading, format: 'query' } }],
    });
    expect(await preview(`caller=${phone}&payout=45`, 'x/form')).toMatchObject({
      postbacks: [{ ...matched, reading: { ...reading, format: 'form' } }],
    });
    expect(await preview('[{"payout":1},{"caller":"?"}]', 'application/json')).toMatchObject({
      postbacks: [{ reason: 'caller_missing' }, { reason: 'caller_unparseable' }],
    });
    const inEuros = await on.api.post(
      '/v1/destinations',
      {
        ...{ name: 'Rhein Solar', address: { value: '+15125550196' } },
        payout: { amount_minor: 3_000, currency: 'EUR', billable_seconds: 60 },
      },
      { key: on.key },
    );
    const forThem = { query: 'payout=45', destination_id: inEuros.body['id'] };
    expect(await preview(JSON.stringify(forThem), 'application/json')).toMatchObject({
      postbacks: [{ reading: { currency: 'EUR', payout_minor: 4_500 } }],
    });
    const statement = {
      ...{
        destination_id: inEuros.body['id'],
        from: '2026-01-06',
        to: '2026-01-07',
        preview: true,
      },
      rows: [{ caller_id: '5125550123', payout: '12.50', call_time: '2026-01-06T16:00:00Z' }],
    };
    expect((await on.api.post('/v1/statements', statement, { key: on.key })).body).toMatchObject({
      differences: [{ theirs: { amount: '12.50', currency: 'EUR' } }],
    });
    const empty = await preview('{"method":"GET"}', 'application/json');
    expect(empty.error.code).toBe('validation_failed');
    const unknown = await preview('{"query":"a=1","token_id":"x"}', 'application/json');
    expect(unknown.error.code).toBe('postback_token_not_found');
  });

  it('links, unlinks and ignores a report, and says why', async () => {
    const [call, other] = [await on.aTransferredCall(), await on.aTransferredCall()];
    const { body } = await on.asked({ caller: call.phone, payout: '45' });
    await on.settled(body);
    const { postback_id: id } = body;
    const elsewhere = await on.correct(id, 'link', { transfer_id: other.transferId });
    expect([elsewhere.status, elsewhere.body.error.code]).toEqual([
      ...[409, 'postback_matched_elsewhere'],
    ]);
    expect((await on.correct(id, 'ignore', {})).body.error.code).toBe('postback_matched');
    const unseen = await on.correct(id, 'unlink', { transfer_id: other.transferId });
    expect([unseen.status, unseen.body.error.code]).toEqual([409, 'postback_matched_elsewhere']);
    const seen = { transfer_id: call.transferId.toUpperCase() };
    expect((await on.correct(id, 'unlink', seen)).body).toMatchObject({
      ...{ status: 'unmatched', reason: 'unlinked', transfer_id: null },
    });
    expect((await on.correct(id, 'link', { transfer_id: other.transferId })).body).toMatchObject({
      ...{ status: 'matched', transfer_id: other.transferId, match: { rule: 'manual' } },
    });
    expect((await on.correct(id, 'unlink', {})).status).toBe(200);
    expect((await on.correct(id, 'ignore', {})).body).toMatchObject({ status: 'ignored' });
    const { events } = await on.detail(id);
    expect(events.at(-1)).toMatchObject({ data: { reason: 'found by hand' } });
    const sums = await Promise.all([call, other].map(({ leadId }) => on.bookedOn(leadId)));
    expect(sums).toEqual([0, 0]);
  });

  it('finds a match among equals right, which is off the list then', async () => {
    const call = await on.aTransferredCall();
    const twin = { ...aCall(), phone: call.phone };
    await on.transferred(twin);
    const { body } = await on.asked({ caller: call.phone, payout: '45' });
    const { postback_id: id } = body;
    const { transfer_id } = await on.settled(body);
    const isListed = async () => {
      const path = `/v1/postbacks?ambiguous=true&transfer_id=${transfer_id}`;
      return (await on.api.request(path, { key: on.key })).text.includes(id);
    };
    await until('it to be on the list', isListed);
    const other = [call, twin].find(({ transferId }) => transferId !== transfer_id)!;
    const wrong = await on.correct(id, 'confirm', { transfer_id: other.transferId });
    expect([wrong.status, wrong.body.error.code]).toEqual([409, 'postback_matched_elsewhere']);
    for (let times = 0; times < 2; times += 1) {
      expect((await on.correct(id, 'confirm', { transfer_id })).body).toMatchObject({
        ...{ status: 'matched', transfer_id, match_confirmed: true, match: { ambiguous: true } },
      });
    }
    await until('it to be off the list', async () => !(await isListed()));
    const last = (await on.detail(id)).events.at(-1);
    expect(last).toMatchObject({
      ...{ type: 'PostbackMatchConfirmed', actor: { kind: 'api_key' } },
      data: { reason: 'found by hand' },
    });
  });

  it('has a report matched again', async () => {
    const call = aCall();
    const { body } = await on.asked({ caller: call.phone, payout: '45' });
    const { postback_id: id } = body;
    const again = () => on.api.post(`/v1/postbacks/${id}/match`, {}, { key: on.key });
    expect((await again()).body).toMatchObject({
      ...{ status: 'unmatched', reason: 'no_transfer_for_caller' },
    });
    await on.transferred(call);
    for (let times = 0; times < 2; times += 1) {
      expect((await again()).body).toMatchObject({
        ...{ status: 'matched', transfer_id: call.transferId },
      });
    }
    expect((await on.correct(id, 'unlink', {})).status).toBe(200);
    expect((await again()).body).toMatchObject({ status: 'unmatched', reason: 'unlinked' });
    expect(await on.bookedOn(call.leadId)).toBe(0);
  });

  it('links a report that is read under the settings of now', async () => {
    const { transferId, leadId } = await on.aTransferredCall();
    const { body } = await on.asked({ importe: '45' });
    const { postback_id: id } = body;
    expect((await on.correct(id, 'ignore', {})).status).toBe(200);
    await on.named([{ field: 'payout_dollars', name: 'importe' }]);
    expect((await on.correct(id, 'link', { transfer_id: transferId })).status).toBe(200);
    expect(await on.bookedOn(leadId)).toBe(4_500);
  });

  it('finds no report of others, and links to no transfer that there is not', async () => {
    const { body } = await on.asked({ payout: '45' });
    const { postback_id: id } = body;
    const others = await on.api.createKey('other');
    const foreign = await on.api.request(`/v1/postbacks/${id}`, { key: others });
    expect([foreign.status, foreign.body.error.code]).toEqual([404, 'postback_not_found']);
    for (const nonsense of [randomUUID(), 'nonsense']) {
      const { status } = await on.api.request(`/v1/postbacks/${nonsense}`, { key: on.key });
      expect(status).toBe(404);
      const linked = await on.correct(id, 'link', { transfer_id: nonsense });
      expect(linked.body.error.code).toBe('transfer_not_found');
    }
    expect((await on.correct(id, 'unlink', {})).body.error.code).toBe('postback_not_matched');
    expect((await on.correct(id, 'link', { transfer_id: '' })).status).toBe(422);
  });
});
