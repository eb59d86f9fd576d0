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
import {
  othersOfSameCall,
  postbackInboxProjection,
  ReadModelPostbackLookup,
  transfersOfVendorCalls,
} from './index.js';

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

/**
 * Two of one name that count for two transfers, the second one’s to a destination, and a stranger’s
 * beside the first.
 */
const pairs = destinations.flatMap((to) =>
  senders.flatMap((one, index) =>
    senders.map((other, place) => ({ one, other, to, name: `pair ${index} ${place} ${to}` })),
  ),
);
const stranger: ReportSender = { tokenId: 'token-9', destinationId: null };

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
  const split = pairs.flatMap(({ one, other, to, name }) => [
    ...counted(one, `${name} one`, name, ['transfer-1', 'buyer-1']),
    ...counted(other, `${name} other`, name, ['transfer-2', to]),
    ...counted(stranger, `${name} stranger`, name, ['transfer-1', 'buyer-1']),
  ]);
  const stored = [...events, ...split].map((event, index) => storedEvent(event, BigInt(index + 1)));
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

function counted(
  sender: ReportSender,
  postbackId: string,
  name: string,
  [transferId, destinationId]: readonly [string, string],
) {
  const place = { postbackId, transferId, destinationId };
  return [received(sender, postbackId, name), postbackSettled(place)];
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

  it('shows all that count under a name once one of its call counts elsewhere', async () => {
    const lookup = new ReadModelPostbackLookup(worker);
    for (const { one, other, to, name } of pairs) {
      const { split } = await lookup.ofSameCall(acme, `${name} one`);
      const all = [`${name} other`, `${name} stranger`];
      const isOfCall = ['buyer-1', to].every((destinationId) =>
        sharesNames(one, other, { destinationId }),
      );
      expect({ one, other, to, split: [...split].sort() }).toEqual({
        ...{ one, other, to },
        split: isOfCall ? all : [],
      });
    }
  });
});
