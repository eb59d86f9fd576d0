import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import { randomUUID } from 'node:crypto';
import { type Postbacks, startPostbacks } from './postbacks.harness.js';

const LEADS = '/v1/postbacks/leads';

let on: Postbacks;

beforeAll(async () => {
  on = await startPostbacks();
});
afterAll(() => on.close());

interface Said {
  readonly outcome: string;
  readonly postback_id: string;
  readonly reason?: string;
}

async function said(fields: Record<string, string>): Promise<Said> {
  const asked = new URLSearchParams({ ...fields, token: on.token });
  const { status, body } = await on.send(`${LEADS}?${asked.toString()}`);
  expect(status).toBe(200);
  return placed(body);
}

/** What is answered; on a busy machine the lead is told after that, and this is what it came to. */
async function placed(answer: Said): Promise<Said> {
  const { postback_id: id, reason: notYet } = answer;
  if (notYet !== 'not_matched_yet') return answer;
  return until('the feedback to be placed', async () => {
    const { body } = await on.api.request(`/v1/postbacks/${id}`, { key: on.key });
    const { standing: outcome, reason, lead_id, warnings } = body as unknown as Placed;
    const found = { outcome, postback_id: id, lead_id, warnings };
    return outcome !== 'received' && { ...found, ...(reason === null ? {} : { reason }) };
  });
}

interface Listed {
  readonly postbacks: readonly Said[];
}

interface Placed {
  readonly standing: string;
  readonly reason: string | null;
  readonly lead_id: string | null;
  readonly warnings: readonly unknown[];
}

async function toldOf(leadId: string): Promise<unknown[]> {
  const { body } = await on.api.request(`/v1/leads/${leadId}/history`, { key: on.key });
  return body.events.filter(({ type }) => type === 'LeadFeedbackReceived');
}

async function listed(query: string): Promise<string> {
  const { status, text } = await on.api.request(`/v1/lead-feedback?${query}`, { key: on.key });
  expect(status).toBe(200);
  return text;
}

describe('a buyer who says what became of a lead', () => {
  it('is answered like one who reports a call, and the lead’s history shows it', async () => {
    const { leadId, transferId } = await on.aTransferredCall();
    expect(await said({ lead_id: leadId, status: 'accepted' })).toMatchObject({
      ...{ outcome: 'matched', lead_id: leadId, warnings: [] },
    });
    expect(await said({ lead_id: leadId, status: 'approved' })).toMatchObject({
      outcome: 'duplicate',
    });
    const rejected = { transfer_id: transferId, status: 'rejected', reason: 'wrong state' };
    await until('the transfer to be shown', async () => {
      const { outcome, reason } = await said(rejected);
      return outcome !== 'unmatched' || (expect(reason).toBe('unknown_id'), false);
    });
    const events = await toldOf(leadId);
    expect(events.slice(0, 2)).toMatchObject([
      { data: { status: 'accepted', outcome: 'matched' }, personal: { reason: null } },
      { data: { status: 'accepted', outcome: 'duplicate' } },
    ]);
    expect(events[2]).toMatchObject({
      ...{ data: { status: 'rejected', transferId }, personal: { reason: 'wrong state' } },
    });
    expect(await on.bookedOn(leadId)).toBe(0);
  });

  it('can look up what was said by the id in the answer, and no other account can', async () => {
    const { leadId } = await on.aTransferredCall();
    const { postback_id: id } = await said({
      ...{ lead_id: leadId, status: 'rejected', reason: 'wrong state' },
    });
    const path = `/v1/postbacks/${id}`;
    await until('the lead to be told', async () => (await toldOf(leadId)).length === 1);
    for (const wish of ['match', 'unlink', 'ignore']) {
      const { status, body } = await on.correct(id, wish, {});
      expect([wish, status, body.error.code]).toEqual([wish, 409, 'postback_is_feedback']);
    }
    const { status, body } = await on.api.request(path, { key: on.key });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ about: 'lead', postback_id: id, feedback_id: id, standing: 'matched' },
      ...{ status: 'rejected', said_reason: 'wrong state', lead_id: leadId, our_ids: [leadId] },
      raw: { method: 'GET', query: expect.stringContaining('wrong+state') as unknown },
      events: [{ type: 'FeedbackReceived' }, { type: 'FeedbackPlaced' }],
    });
    expect(JSON.stringify(body)).not.toContain(on.token);
    const key = await on.api.createKey('other');
    expect((await on.api.request(path, { key })).status).toBe(404);
  });

  it('may send JSON, a list, a form, or ask for a picture', async () => {
    const { leadId } = await on.aTransferredCall();
    const post = (body: string, type: string) => {
      const headers = { 'content-type': type, authorization: `Bearer ${on.token}` };
      return on.send(LEADS, { method: 'POST', headers, body });
    };
    const list = JSON.stringify([
      { lead_id: leadId, status: 'delivered' },
      { lead_id: randomUUID(), status: 'sold' },
    ]);
    const { postbacks } = (await post(list, 'application/json')).body as unknown as Listed;
    expect(await Promise.all(postbacks.map(placed))).toMatchObject([
      ...[{ outcome: 'matched' }, { outcome: 'unmatched', reason: 'unknown_id' }],
    ]);
    const form = await post(
      `lead_id=${leadId}&type=conversion`,
      'application/x-www-form-urlencoded',
    );
    expect(form.status).toBe(201);
    expect(await placed(form.body)).toMatchObject({ outcome: 'revised' });
    const xml = `<feedback><lead_id>${leadId}</lead_id><type>return</type></feedback>`;
    const returned = await post(xml, 'application/xml');
    expect(returned.status).toBe(201);
    expect(await placed(returned.body)).toMatchObject({ outcome: 'revised', warnings: [] });
    const asked = `${LEADS}?lead_id=${leadId}&status=return&token=${on.token}`;
    const picture = await on.send(asked, { headers: { accept: 'image/gif' } });
    expect(picture.headers.get('content-type')).toBe('image/gif');
    await until('the lead to be told', async () => (await toldOf(leadId)).length === 4);
    const undecodable = await post('{"lead_id":', 'application/json');
    expect(undecodable.status).toBe(400);
  });

  it('may use the address of distribution, or the one that LeadConduit has', async () => {
    const { leadId } = await on.aTransferredCall();
    const authorization = `Bearer ${on.token}`;
    const said = { method: 'POST', headers: { authorization } };
    const returned = await on.send(`/feedback?event_id=${leadId}&type=return&reason=x`, said);
    expect(returned.status).toBe(201);
    expect(await placed(returned.body)).toMatchObject({ outcome: 'matched', lead_id: leadId });
    const headers = { authorization, 'content-type': 'application/json' };
    const body = JSON.stringify({ lead_id: leadId, status: 'sold' });
    const sold = await on.send(`/api/v1/postbacks/leads`, { ...said, headers, body });
    expect(sold.status).toBe(201);
    const { data } = sold.body as unknown as { readonly data: Said };
    expect(await placed(data)).toMatchObject({ outcome: 'revised', lead_id: leadId });
    const strange = await on.send('/feedback?event_id=x&type=return', { method: 'POST' });
    expect([strange.status, strange.body.error.code]).toEqual([401, 'postback_token_invalid']);
  });

  it('is refused without a good token', async () => {
    expect((await on.send(`${LEADS}?status=accepted&token=x`)).status).toBe(401);
  });

  it('finds what belongs to no lead on a list, with its reason, and no other account does', async () => {
    const { leadId } = await on.aTransferredCall();
    const expected = {
      ...{ unknown_id: { lead_id: randomUUID(), status: 'sold' }, id_missing: { status: 'sold' } },
      ...{ status_unknown: { lead_id: leadId, status: 'thinking' } },
    };
    for (const [reason, fields] of Object.entries(expected)) {
      const { postback_id: id, ...answer } = await said(fields);
      expect(answer).toMatchObject({ outcome: 'unmatched', reason });
      const query = `standing=unmatched&reason=${reason}`;
      await until('it to be listed', async () => (await listed(query)).includes(id));
    }
    const key = await on.api.createKey('other');
    const foreign = await on.api.request('/v1/lead-feedback', { key });
    expect(foreign.text).not.toContain(leadId);
  });

  it('is heard by the worker where the api did not get to telling the lead', async () => {
    const { leadId } = await on.aTransferredCall();
    const { feedback, tokens, aliases } = on.api.parts.revenue;
    const token = tokens.find(on.token)!;
    const feedbackId = randomUUID();
    const hit = { method: 'GET', contentType: null, body: '' } as const;
    const caller = {
      actor: { kind: 'api_key', id: token.tokenId } as const,
      causationId: feedbackId,
    };
    await feedback.receive(
      {
        ...{ token, feedbackId, hit: { ...hit, query: `lead_id=${leadId}&status=sold` } },
        ...{ origin: { ip: null, headers: {} }, additions: aliases.of(token.tenantId) },
        receipt: { receivedAt: new Date().toISOString(), sequence: 0 },
      },
      { ...caller, commandId: feedbackId },
    );
    await until('the lead to be told', async () => (await toldOf(leadId)).length === 1);
  });
});
