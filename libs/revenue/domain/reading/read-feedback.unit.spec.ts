import { describe, expect, it } from '@jest/globals';
import { type Hit } from './hit.js';
import { readFeedback } from './read-feedback.js';

const ours = '0c0f5a3e-7b21-4d7a-9c4e-2f1b8a6d3e55';
const none = { aliases: [], version: 0 };

const read = (hit: Partial<Hit>, additions: Parameters<typeof readFeedback>[1] = none) =>
  readFeedback({ method: 'POST', contentType: null, query: '', body: '', ...hit }, additions);

describe('feedback of a buyer', () => {
  it.each([
    ['accepted', 'accepted'],
    ['Approved', 'accepted'],
    ['REJECTED', 'rejected'],
    ['not_accepted', 'rejected'],
    ['delivered', 'delivered'],
    ['conversion', 'converted'],
    ['sold', 'converted'],
    ['return', 'returned'],
    ['charge-back', 'returned'],
    ['thinking', null],
  ])('says by %s that the lead was %s', (text, status) => {
    const { reading } = read({ query: `lead_id=${ours}&status=${text}` });
    expect(reading).toMatchObject({ status, ids: [ours], isStatusKnown: status !== null });
  });

  it('is understood in JSON, in forms and in the address, with its reason', () => {
    const expected = { reading: { status: 'rejected', ids: [ours], hasReason: true } };
    const fields = `transfer_id=${ours}&type=rejected&reason=wrong+state`;
    for (const hit of [
      { query: fields },
      { contentType: 'application/x-www-form-urlencoded', body: fields },
      {
        body: JSON.stringify({
          data: { lead_id: ours, Status: 'rejected', reason: 'wrong state' },
        }),
      },
      { query: `call_id=${ours}`, body: '{"outcome":"rejected","rejection_reason":"wrong state"}' },
    ]) {
      const found = read(hit);
      expect(found).toMatchObject(expected);
      expect(found.reason).toBe('wrong state');
    }
  });

  it('is understood in XML, with the event of its delivery in the address', () => {
    const body =
      '<?xml version="1.0"?><feedback><type>return</type><reason>spam</reason></feedback>';
    for (const contentType of ['application/xml', 'text/xml; charset=utf-8', 'text/plain', null]) {
      expect(read({ contentType, body, query: `event_id=${ours}` })).toMatchObject({
        ...{ reason: 'spam', reading: { status: 'returned', ids: [ours], format: 'mixed' } },
      });
    }
    const nested = `<lead id="7"><call><lead_id>${ours}</lead_id><status>sold</status></call></lead>`;
    expect(read({ contentType: 'text/xml', body: nested }).reading).toMatchObject({
      ...{ status: 'converted', ids: [ours], format: 'xml' },
    });
  });

  it('is read by names that a tenant added', () => {
    const aliases = [{ field: 'our_id', name: 'sale' }];
    const { reading } = read({ query: `sale=${ours}&status=sold` }, { aliases, version: 3 });
    expect(reading).toMatchObject({ ids: [ours], status: 'converted', mapVersion: '3.3' });
  });

  it('says nothing where it names no id of ours, no status, or cannot be read', () => {
    expect(read({ query: 'lead_id=7&status=sold' }).reading.ids).toEqual([]);
    expect(read({ query: `lead_id=${ours}&status={status}` }).reading).toMatchObject({
      ...{ status: null, isStatusKnown: true, hasReason: false },
    });
    expect(read({ body: '{"status":', contentType: 'application/json' }).reading).toMatchObject({
      ...{ format: 'unreadable', warnings: [{ code: 'json_undecodable' }] },
    });
  });
});
