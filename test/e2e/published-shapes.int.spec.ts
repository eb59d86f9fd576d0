import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import {
  type PublishedShape,
  publishedShapes,
} from '../../libs/revenue/domain/reading/published-shapes.fixtures.js';
import { CALLS, type Postbacks, startPostbacks } from './postbacks.harness.js';

let on: Postbacks;

beforeAll(async () => {
  on = await startPostbacks();
});
afterAll(() => on.close());

/** As a platform sends it: with the token in the address where that has one, else beside it. */
function sent({ hit }: PublishedShape) {
  const { method, contentType, query, body } = hit;
  const headers: Record<string, string> = {
    ...(contentType !== null && { 'content-type': contentType }),
    ...(!query.includes('token=') && { authorization: `Bearer ${on.token}` }),
  };
  const address = `${CALLS}?${query.replace('token=x', `token=${on.token}`)}`;
  return on.send(address, { method, headers, ...(method === 'POST' && { body: String(body) }) });
}

/** The words that the api has for what is read. */
function inWordsOfTheApi(reads: PublishedShape['reads']): Record<string, unknown> {
  const words = Object.entries(reads).map(([name, value]) => {
    const word = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return [name === 'ids' ? 'our_ids' : word, value] as const;
  });
  return Object.fromEntries(words);
}

describe('a report in a published shape', () => {
  it.each(publishedShapes.map((shape) => [shape.title, shape] as const))(
    'is taken in, read and kept as it came: %s',
    async (_, shape) => {
      const { status, body } = await sent(shape);
      expect([status, body.outcome]).toEqual([200, 'unmatched']);
      const detail = await on.detail(body.postback_id);
      expect(detail.reading).toMatchObject(inWordsOfTheApi(shape.reads));
      expect(detail.raw['caller']).toBe(shape.caller);
      expect(detail.reading['caller_hash'] === null).toBe(shape.caller === null);
      expect(detail.raw['body']).toBe(shape.hit.body);
    },
  );

  it('is about no transfer of another account, however well that would fit', async () => {
    const { phone } = await on.aTransferredCall();
    const key = await on.api.createKey('other', { rateLimitPerMinute: 1_000 });
    const made = await on.api.post('/v1/postback-tokens', { label: 'x' }, { key });
    const { token } = made.body as unknown as { token: string };
    const { status, body } = await on.asked({ caller: phone, payout: '45' }, token);
    expect([status, body.outcome]).toEqual([200, 'unmatched']);
    await until('it to be decided', async () => {
      const path = `/v1/postbacks/${body.postback_id}`;
      const { body: detail } = await on.api.request(path, { key });
      return (detail as unknown as { reason: string }).reason === 'no_transfer_for_caller';
    });
    expect(
      (await on.api.request(`/v1/postbacks/${body.postback_id}`, { key: on.key })).status,
    ).toBe(404);
  });
});
