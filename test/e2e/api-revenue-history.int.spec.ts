import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import { type Postbacks, startPostbacks } from './postbacks.harness.js';

let on: Postbacks;

beforeAll(async () => {
  on = await startPostbacks();
});
afterAll(() => on.close());

interface Told {
  readonly type: string;
  readonly revision: string;
  readonly actor: { readonly kind: string };
  readonly data: Readonly<Record<string, unknown>>;
  readonly personal: unknown;
}

async function historyOf(leadId: string, query = ''): Promise<Told[]> {
  const answer = await on.api.request(`/v1/leads/${leadId}/history${query}`, { key: on.key });
  return answer.body['events'] as Told[];
}

describe('the history of a lead', () => {
  it('tells what buyers reported on its calls, with amounts, and what was taken back', async () => {
    const call = await on.aTransferredCall();
    await on.settled((await on.asked({ caller: call.phone, call_id: 'v1', payout: '45' })).body);
    await on.settled((await on.asked({ caller: call.phone, call_id: 'v1', payout: '50' })).body);
    const last = await on.asked({ caller: call.phone, call_id: 'v1', payout: '0' });
    await on.settled(last.body);
    const told = await until('the reversal', async () => {
      const events = await historyOf(call.leadId);
      return events.at(-1)?.type === 'RevenueReversed' && events;
    });
    expect(told.slice(-6).map(({ type, data }) => [type, data['toMinor']])).toEqual([
      ['PostbackMatched', undefined],
      ['RevenueConfirmed', 4_500],
      ['PostbackMatched', undefined],
      ['RevenueRevised', 5_000],
      ['PostbackMatched', undefined],
      ['RevenueReversed', 0],
    ]);
    expect(told.at(-1)).toMatchObject({
      data: { currency: 'USD', fromMinor: 5_000, transferId: call.transferId },
      ...{ personal: null, revision: String(told.length - 1) },
    });
    expect(told.at(-2)?.data).toMatchObject({
      report: { postbackId: last.body.postback_id, payoutMinor: 0 },
      match: { rule: 'vendor_call_id' },
    });
  });
});
