import { describe, expect, it } from '@jest/globals';
import type { PostbackEvent } from '#events/revenue';
import { foldInMemory } from '#libs/read-db';
import {
  aPostbackReading,
  history,
  postbackAssigned,
  postbackIgnored,
  postbackLeftUnmatched,
  postbackMatchConfirmed,
  postbackReadAnew,
  postbackReceived,
  postbackSettled,
  postbackUnlinked,
} from '#events/testing';
import { postbackInboxProjection } from './index.js';

const after = (...events: PostbackEvent[]) =>
  foldInMemory(postbackInboxProjection, history(events))[0];

describe('a hit in the inbox', () => {
  it('stands as it was read', () => {
    expect(after(postbackReceived())).toEqual({
      ...{ tenantId: 'acme', postbackId: 'hit-1', status: 'received', reason: null },
      ...{ nearestMs: null, tokenId: 'token-1', destinationId: 'buyer-1', method: 'POST' },
      ...{ receivedAt: '2026-01-06T16:05:00.000Z', sequence: 0, callerHash: 'phone-1' },
      ...{ vendorCallId: 'vendor-1', ids: [], callAt: null, durationSeconds: 95 },
      ...{ payoutMinor: 4_500n, payoutMode: 'set', currency: 'USD', billable: null },
      ...{ buyer: 'Bright', mapVersion: '1.0', warnings: [], transferId: null, leadId: null },
      words: expect.any(String),
      ...{ settledDestinationId: null, mode: null, rulesVersion: null, ambiguous: false },
      soughtMapVersion: null,
      ...{ reportedAt: '2026-01-06T16:05:00.000Z' },
      standings: [
        {
          knownAt: '2026-01-05T12:00:00.000Z',
          status: 'received',
          destinationId: null,
          mode: null,
        },
      ],
      readings: [
        {
          ...{ knownAt: '2026-01-05T12:00:00.000Z', destinationId: 'buyer-1' },
          ...{ vendorCallId: 'vendor-1', reportedAt: '2026-01-06T16:05:00.000Z' },
          ...{ payoutMinor: 4_500, payoutMode: 'set', currency: 'USD', buyer: 'Bright' },
          ...{ billable: null, words: expect.any(String) },
        },
      ],
      ...{ updatedAt: '2026-01-05T12:00:00.000Z', position: 100n },
    });
  });

  it('says why it is unmatched, and of which transfer it is then', () => {
    const unmatched = [postbackReceived(), postbackLeftUnmatched()];
    expect(after(...unmatched)).toMatchObject({
      ...{ status: 'unmatched', reason: 'outside_window', nearestMs: 14_400_001n },
    });
    expect(after(...unmatched, postbackSettled({ outcome: 'revised' }))).toMatchObject({
      ...{ status: 'revised', reason: null, nearestMs: null },
      ...{ transferId: 'transfer-1', leadId: 'lead-1', position: 300n },
      ...{ settledDestinationId: 'buyer-1', mode: 'live' },
    });
  });

  it('is to be looked at where it was matched to one of two that were as good', () => {
    const match = { ...postbackAssigned().data.match, ambiguous: true };
    const matched = [postbackReceived(), postbackAssigned({ match }), postbackSettled()];
    expect(after(...matched)).toMatchObject({ status: 'matched', ambiguous: true });
    expect(after(...matched, postbackUnlinked())).toMatchObject({ ambiguous: false });
    expect(after(...matched, postbackMatchConfirmed())).toMatchObject({
      ...{ status: 'matched', ambiguous: false },
    });
    const looked = postbackAssigned({ match: { ...match, ambiguous: false } });
    expect(after(...matched, looked)).toMatchObject({ ambiguous: false });
  });

  it('waits again once it is unlinked', () => {
    expect(after(postbackReceived(), postbackSettled(), postbackUnlinked())).toMatchObject({
      ...{ status: 'unmatched', reason: 'unlinked', transferId: null, leadId: null },
      ...{ settledDestinationId: null, mode: null },
    });
  });

  it('says why it is ignored', () => {
    expect(after(postbackReceived(), postbackLeftUnmatched(), postbackIgnored())).toMatchObject({
      ...{ status: 'ignored', reason: 'a test', nearestMs: null },
    });
  });

  it('means something else once it is read anew, and stands where it stood', () => {
    const reading = aPostbackReading({ payoutMinor: null, mapVersion: '1.2' });
    const anew = postbackReadAnew({ reading, destinationId: null });
    expect(after(postbackReceived(), postbackLeftUnmatched(), anew)).toMatchObject({
      ...{ status: 'unmatched', payoutMinor: null, mapVersion: '1.2', destinationId: null },
      readings: [{ payoutMinor: 4_500 }, { payoutMinor: null, destinationId: null }],
    });
  });

  it('says nothing new to reports where they do not count what is read anew', () => {
    const anew = postbackReadAnew({ reading: aPostbackReading({ mapVersion: '1.2' }) });
    expect(after(postbackReceived(), anew)).toMatchObject({
      ...{ mapVersion: '1.2', readings: [{ payoutMinor: 4_500 }] },
    });
  });
});
