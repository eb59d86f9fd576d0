import { describe, expect, it } from '@jest/globals';
import { type CommandRunner } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { matchPostback } from '../domain/matching.js';
import { aReading, aReport, aTransfer } from '../domain/revenue.fixtures.js';
import { type LedgerTransfer } from '../domain/transfer-ledger.js';
import { type PostbackLookup, type TransferLookup, type TransferPlace } from './ports.js';
import { TransferFinder } from './transfer-finder.js';

const acme = 'acme' as TenantId;

/** Leads with a transfer each, that reports of this name count for. */
function finderOf(places: readonly TransferPlace[], unlinked: readonly string[] = []) {
  const read: string[] = [];
  const standing = (stream: string) => {
    const place = places.find(({ leadId }) => stream.endsWith(leadId))!;
    read.push(place.leadId);
    const reports = unlinked.includes(place.transferId) ? [] : [aReport({ vendorCallId: '0' })];
    const transfer = { ...aTransfer(place), reports } as unknown as LedgerTransfer;
    return Promise.resolve({ tenantId: acme, state: { transfers: [transfer] } });
  };
  const finder = new TransferFinder(
    { standing } as unknown as CommandRunner,
    {} as unknown as TransferLookup,
    { transfersOfVendorCalls: () => Promise.resolve(places) } as unknown as PostbackLookup,
    { now: () => new Date('2026-02-01T00:00:00.000Z') },
  );
  const asked = { tokenId: 'token-1', destinationId: null, method: 'POST' as const, caller: null };
  const reading = aReading({ vendorCallId: '0', callerHash: null });
  const linked = async () => {
    const receivedAt = '2026-01-06T17:00:00.000Z';
    const { byVendorCallId } = await finder.inputFor(acme, { ...asked, reading, receivedAt });
    return byVendorCallId?.transferId ?? null;
  };
  return { finder, linked, read };
}

const many = Array.from({ length: 300 }, (_, index) => ({
  ...{ transferId: `transfer-${index}.`, leadId: `lead-${index}.` },
}));

describe('the receipt that a time of a call is judged by', () => {
  const reading = aReading({ callerHash: null });
  const receivedAt = '2026-01-06T15:50:00.000Z';
  const call = { reading, receivedAt, tokenId: 'token-1', destinationId: null, caller: null };

  it('is the look itself for a row of a statement, so that what is to come comes', async () => {
    const { finder } = finderOf([]);
    const input = await finder.inputFor(acme, { ...call, method: 'IMPORT' });
    expect(input.receivedAt).toBe('2026-02-01T00:00:00.000Z');
    const transfer = aTransfer();
    expect(matchPostback({ ...input, reading: aReading(), candidates: [transfer] })).toMatchObject({
      ...{ kind: 'matched', transfer },
    });
  });

  it('is that of a report of a platform, whenever that is looked at', async () => {
    const { finder } = finderOf([]);
    const input = await finder.inputFor(acme, { ...call, method: 'POST' });
    expect(input.receivedAt).toBe(receivedAt);
  });
});

describe('the transfer that a name for a call is linked to', () => {
  it('is that of the latest report, and no other lead is read for it', async () => {
    const { linked, read } = finderOf(many);
    expect(await linked()).toBe('transfer-299.');
    expect(read).toEqual(['lead-299.']);
  });

  it('is the latest that still is, where reports were unlinked meanwhile', async () => {
    const { linked, read } = finderOf(many, ['transfer-299.', 'transfer-298.']);
    expect(await linked()).toBe('transfer-297.');
    expect(read).toHaveLength(3);
  });

  it('is none where all were unlinked', async () => {
    expect(await finderOf(many.slice(0, 1), ['transfer-0.']).linked()).toBeNull();
  });
});
