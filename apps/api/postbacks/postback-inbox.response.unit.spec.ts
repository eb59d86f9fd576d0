import { describe, expect, it } from '@jest/globals';
import { foldInMemory } from '#libs/read-db';
import { history, postbackReceived, postbackSettled } from '#events/testing';
import { postbackInboxProjection } from '#projections/postback-inbox';
import { listedPostback } from './postback-inbox.response.js';

const [settled] = foldInMemory(
  postbackInboxProjection,
  history([postbackReceived(), postbackSettled()]),
);
const stoodThen = { postbackId: 'hit-1', currency: 'USD', atStakeMinor: 4_500n };
const listed = (status: 'unmatched' | 'matched', knownBy?: string) =>
  listedPostback(settled!, { ...stoodThen, status }, knownBy);

describe('a hit in a list', () => {
  it('tells what it counts for now', () => {
    expect(listed('matched')).toMatchObject({ status: 'matched', transfer_id: 'transfer-1' });
  });

  it('tells so of a past moment, if nothing has happened since', () => {
    const counts = { status: 'matched', transfer_id: 'transfer-1', lead_id: 'lead-1' };
    expect(listed('matched', settled!.updatedAt)).toMatchObject(counts);
  });

  it('does not show beside its status of then what has become of it since', () => {
    const before = new Date(Date.parse(settled!.updatedAt) - 1).toISOString();
    expect(listed('unmatched', before)).toMatchObject({
      ...{ status: 'unmatched', at_stake: { minor: 4_500, currency: 'USD' } },
      ...{ reason: null, nearest_ms: null, transfer_id: null, lead_id: null },
    });
  });
});
