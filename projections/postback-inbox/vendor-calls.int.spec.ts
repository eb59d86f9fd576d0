import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database } from '#libs/read-db';
import {
  aPostbackReading,
  applyEvents,
  type FreshDatabase,
  freshDatabase,
  postbackReceived,
  postbackSettled,
  storedEvent,
} from '#libs/testing';
import { postbackInboxProjection, ReadModelPostbackLookup } from './index.js';
import { SAME_CALL_MAX } from './vendor-calls.queries.js';

const acme = 'acme' as TenantId;
const sender = { tokenId: 'token-1', destinationId: null };

let fresh: FreshDatabase;
let worker: Database;
let lookup: ReadModelPostbackLookup;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: [postbackInboxProjection] });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  lookup = new ReadModelPostbackLookup(worker);
  const many = Array.from({ length: SAME_CALL_MAX + 100 }, (_, index) => `of-many-${index}`);
  const hits = [
    ...['first', 'second', 'first', 'first'].map((to, index) => hit(index, 'again', to)),
    ...many.map((to, index) => hit(index, '0', to)),
  ];
  const stored = hits.flat().map((event, index) => storedEvent(event, BigInt(index + 1)));
  await applyEvents(worker, [postbackInboxProjection], stored);
});

afterAll(async () => {
  await worker.close();
  await fresh.drop();
});

/** So many seconds after the first, a hit of this name that counts for a transfer. */
function hit(second: number, vendorCallId: string, transferId: string) {
  const postbackId = `${vendorCallId} ${second}`;
  const receivedAt = new Date(Date.UTC(2026, 0, 6, 16, 0, second)).toISOString();
  const reading = aPostbackReading({ vendorCallId });
  const received = { ...sender, postbackId, receivedAt, reading };
  return [postbackReceived(received), postbackSettled({ postbackId, transferId })];
}

const transfersOf = async (...names: string[]) =>
  (await lookup.transfersOfVendorCalls(acme, sender, names)).map(({ transferId }) => transferId);

describe('the transfers of a name for calls', () => {
  it('come once each, the one with the latest report last', async () => {
    expect(await transfersOf('again')).toEqual(['second', 'first']);
  });

  it('are those with the latest reports where a platform gives all its calls one name', async () => {
    const found = await transfersOf('0');
    expect(found).toHaveLength(SAME_CALL_MAX);
    expect(found.at(-1)).toBe(`of-many-${SAME_CALL_MAX + 99}`);
    expect(found.at(0)).toBe('of-many-100');
  });

  it('are not left out for those of another name', async () => {
    expect(await transfersOf('0', 'again')).toEqual(expect.arrayContaining(['first', 'second']));
  });
});
