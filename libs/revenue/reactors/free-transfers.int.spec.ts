import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DomainEvent, type TenantId } from '#libs/kernel';
import { connectDatabase, type Database } from '#libs/read-db';
import {
  aPostbackReading,
  applyEvents,
  callBridged,
  type FreshDatabase,
  freshDatabase,
  postbackReceived,
  postbackSettled,
  storedEvent,
  transferRequested,
} from '#libs/testing';
import {
  freeTransfersMax,
  postbackInboxProjection,
  ReadModelPostbackLookup,
} from '#projections/postback-inbox';
import { transferMatchingProjection } from '#projections/transfer-matching';
import { speakAsOne } from '../domain/report-sender.js';
import { type ReportSender } from '../domain/revenue.events.js';

const acme = 'acme' as TenantId;
const ourNumber = '+15125550100';
const anotherNumber = '+15125550177';
const platform: ReportSender = { tokenId: 'token-1', destinationId: null };
const NOON_MS = Date.parse('2026-01-06T12:00:00.000Z');
const projections = [transferMatchingProjection, postbackInboxProjection];
/** Two tokens of a buyer, one of another, two for any, and statements of both. */
const senders: readonly ReportSender[] = [
  ...[1, 2].map((count) => ({ tokenId: `of-one-${count}`, destinationId: 'buyer-1' })),
  { tokenId: 'of-another', destinationId: 'buyer-2' },
  ...[1, 2].map((count) => ({ tokenId: `for-any-${count}`, destinationId: null })),
  ...['buyer-1', 'buyer-2'].map((destinationId) => ({ tokenId: null, destinationId })),
];
/** Minutes from noon. */
const at = (minutes: number) => new Date(NOON_MS + minutes * 60_000).toISOString();

let fresh: FreshDatabase;
let worker: Database;
let postbacks: ReadModelPostbackLookup;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: projections });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  postbacks = new ReadModelPostbackLookup(worker);
  const events = [
    ...Array.from({ length: freeTransfersMax * 2 }, (_, place) => taken(`taken-${place}`, place)),
    ...[bridged('free', 100), bridged('free-before', -100), requested('failed', 1)],
    ...[bridged('far', 241), bridged('of-another-number', 1, '+15125550999')],
    ...[bridged('unnamed', 102), reported('unnamed', 'token-1', null)],
    ...[bridged('of-network', 103), reported('of-network', 'token-2', 'n-1')],
    ...senders.flatMap((sender, index) => [
      ...bridged(`named-${index}`, index, anotherNumber),
      ...named(`named-${index}`, sender),
    ]),
  ].flat();
  const stored = events.map((event, index) => storedEvent(event, BigInt(index + 1)));
  await applyEvents(worker, projections, stored);
});
afterAll(async () => {
  await worker.close();
  await fresh.drop();
});

function requested(transferId: string, minutes: number, presentedCallerId = ourNumber) {
  return [transferRequested({ transferId, presentedCallerId, requestedAt: at(minutes) })];
}

function bridged(transferId: string, minutes: number, presentedCallerId = ourNumber) {
  const shown = { transferId, presentedCallerId };
  const bridge = callBridged({ ...shown, bridgedAt: at(minutes) });
  return [...requested(transferId, minutes, presentedCallerId), bridge];
}

function reported(transferId: string, tokenId: string, vendorCallId: string | null): DomainEvent[] {
  const postbackId = `hit-${transferId}`;
  const reading = aPostbackReading({ vendorCallId });
  return [
    postbackReceived({ postbackId, tokenId, destinationId: null, reading }),
    postbackSettled({ postbackId, transferId }),
  ];
}

function named(transferId: string, { tokenId, destinationId }: ReportSender): DomainEvent[] {
  const postbackId = `hit-${transferId}`;
  const method = tokenId === null ? 'IMPORT' : 'POST';
  const sent = { tokenId: tokenId ?? 'statement', destinationId, method } as const;
  const reading = aPostbackReading({ vendorCallId: transferId });
  return [
    postbackReceived({ postbackId, ...sent, reading }),
    postbackSettled({ postbackId, transferId }),
  ];
}

function taken(transferId: string, minutes: number): DomainEvent[] {
  return [...bridged(transferId, minutes), ...reported(transferId, 'token-1', `v-${transferId}`)];
}

async function found(
  sender = platform,
  tenantId = acme,
  caller = ourNumber,
  except: string[] = [],
): Promise<string[]> {
  const shown = { caller, at: at(0) };
  const places = await postbacks.freeTransfersShown(tenantId, sender, shown, except);
  return places.map(({ transferId }) => transferId).sort();
}

describe('transfers that were shown a number of ours', () => {
  it('are found where no call is known for them, however many are nearer', async () => {
    const free = ['free', 'free-before', 'of-network', 'unnamed'];
    expect(await found()).toEqual(free);
    expect(await found(platform, 'zenith' as TenantId)).toEqual([]);
    const others = await found(platform, acme, ourNumber, ['free', 'of-network']);
    expect(others).toEqual(['free-before', 'unnamed']);
  });

  it('are free for those who name calls in another way, the nearest to their destination', async () => {
    const { destinationId } = transferRequested().data;
    const network = await found({ tokenId: 'token-2', destinationId });
    expect(network).not.toContain('of-network');
    expect(network).toHaveLength(freeTransfersMax + 2);
    expect(network).toContain('taken-24');
    expect(await found({ tokenId: null, destinationId })).toContain('taken-24');
  });

  it.each(senders)(
    'are free for %j where nobody named them who speaks as that one',
    async (asker) => {
      const free = senders.flatMap((sender, index) =>
        speakAsOne(sender, asker) ? [] : [`named-${index}`],
      );
      expect(await found(asker, acme, anotherNumber)).toEqual(free);
    },
  );
});
