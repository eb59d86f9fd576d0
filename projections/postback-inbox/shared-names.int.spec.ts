import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, runInTenant } from '#libs/read-db';
import { type ReportSender, sharesNames } from '#libs/revenue';
import {
  aPostbackReading,
  applyEvents,
  type FreshDatabase,
  freshDatabase,
  postbackReceived,
  postbackSettled,
  storedEvent,
} from '#libs/testing';
import { postbackInboxProjection, transfersOfVendorCalls, othersOfSameCall } from './index.js';

const acme = 'acme' as TenantId;
const destinations = ['buyer-1', 'buyer-2'];

/**
 * Two tokens of a buyer, one of another, two for any, and statements of one, the other, and any.
 */
const senders: readonly ReportSender[] = [
  { tokenId: 'token-1', destinationId: 'buyer-1' },
  { tokenId: 'token-2', destinationId: 'buyer-1' },
  { tokenId: 'token-3', destinationId: 'buyer-2' },
  { tokenId: 'token-4', destinationId: null },
  { tokenId: 'token-5', destinationId: null },
  { tokenId: null, destinationId: 'buyer-1' },
  { tokenId: null, destinationId: 'buyer-2' },
  { tokenId: null, destinationId: null },
];

/**
 * Each sender’s hit on a transfer to each destination; and one of each that waits, of that call.
 */
const calls = destinations.flatMap((to) =>
  senders.map((sender, index) => ({ sender, to, name: `${index} ${to}` })),
);

let fresh: FreshDatabase;
let worker: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: [postbackInboxProjection] });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  const events = calls.flatMap(({ sender, to, name: vendorCallId }) => [
    received(sender, vendorCallId, vendorCallId),
    postbackSettled({ postbackId: vendorCallId, transferId: vendorCallId, destinationId: to }),
    ...senders.map((other, index) => received(other, `${vendorCallId} ${index}`, vendorCallId)),
  ]);
  const stored = events.map((event, index) => storedEvent(event, BigInt(index + 1)));
  await applyEvents(worker, [postbackInboxProjection], stored);
});

afterAll(async () => {
  await worker.close();
  await fresh.drop();
});

function received(
  { tokenId, destinationId }: ReportSender,
  postbackId: string,
  vendorCallId: string,
) {
  const method = tokenId === null ? 'IMPORT' : 'POST';
  return postbackReceived({
    ...{ postbackId, destinationId, method, tokenId: tokenId ?? `statement ${postbackId}` },
    reading: aPostbackReading({ vendorCallId }),
  });
}

describe('the read side', () => {
  it.each(senders)(
    'links calls of whoever gives names like %j, and of nobody else',
    async (asker) => {
      for (const { sender, to, name } of calls) {
        const asked = [asker.tokenId, asker.destinationId, [name]];
        const linked = await runInTenant(worker, acme, transfersOfVendorCalls, asked);
        const expected = sharesNames(sender, asker, { destinationId: to });
        expect({ sender, to, linked: linked.length === 1 }).toEqual({
          sender,
          to,
          linked: expected,
        });
      }
    },
  );

  it('finds by a hit those of its call that wait, of whoever gives such names', async () => {
    for (const { sender, to, name } of calls) {
      const found = await runInTenant<{ readonly postbackId: string }>(
        ...([worker, acme, othersOfSameCall, [name]] as const),
      );
      const expected = senders.flatMap((other, index) =>
        sharesNames(other, sender, { destinationId: to }) ? [`${name} ${index}`] : [],
      );
      expect(found.map(({ postbackId }) => postbackId).sort()).toEqual(expected);
    }
  });
});
