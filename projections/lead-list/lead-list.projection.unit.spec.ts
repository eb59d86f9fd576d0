import { describe, expect, it } from '@jest/globals';
import type { LeadEvent } from '#libs/leads';
import { foldInMemory } from '#libs/read-db';
import {
  consentRecorded,
  history,
  leadDeduplicated,
  leadFoundEligible,
  leadFoundIneligible,
  leadReceived,
} from '#libs/testing';
import { leadListProjection } from './index.js';

const after = (...events: LeadEvent[]) => foldInMemory(leadListProjection, history(events));

describe('a lead in the list', () => {
  it('is not to be dialed before it was assessed', () => {
    expect(after(leadReceived())).toEqual([
      {
        tenantId: 'acme',
        leadId: 'lead-1',
        mode: 'live',
        status: 'ineligible',
        ineligibleReasons: [],
        source: 'my-webform',
        channel: 'api',
        state: 'TX',
        phoneHash: 'phone-1',
        personal: 'v1.data-key-1.sealed',
        receivedAt: '2026-01-05T11:59:59.000Z',
        updatedAt: '2026-01-05T12:00:00.000Z',
        duplicateCount: 0,
        lastDuplicateAt: null,
        revision: 0n,
        position: 100n,
      },
    ]);
  });

  it('is new once it was found eligible', () => {
    const [lead] = after(leadReceived(), leadFoundEligible());
    expect(lead).toMatchObject({ status: 'new', revision: 1n, position: 200n });
  });

  it('carries its reasons while it is ineligible, and none afterwards', () => {
    const found = [leadReceived(), leadFoundIneligible(['consent_missing', 'suppressed'])] as const;
    expect(after(...found)).toMatchObject([
      { status: 'ineligible', ineligibleReasons: ['consent_missing', 'suppressed'] },
    ]);
    expect(after(...found, leadFoundEligible())).toMatchObject([
      { status: 'new', ineligibleReasons: [] },
    ]);
  });

  it('counts its duplicates and stays as it is otherwise', () => {
    const [before] = after(leadReceived(), leadFoundEligible());
    const [lead] = after(
      leadReceived(),
      leadFoundEligible(),
      leadDeduplicated('2026-01-06T10:00:00.000Z'),
      leadDeduplicated('2026-01-07T10:00:00.000Z'),
    );
    expect(lead).toEqual({
      ...before,
      duplicateCount: 2,
      lastDuplicateAt: '2026-01-07T10:00:00.000Z',
      revision: 3n,
      position: 400n,
    });
  });

  it('notices that consent arrived', () => {
    expect(after(leadReceived(), consentRecorded())).toMatchObject([
      { status: 'ineligible', revision: 1n },
    ]);
  });

  it('is left out when it was erased, whatever else happens to it', () => {
    expect(after(leadFoundEligible(), leadDeduplicated('2026-01-06T10:00:00.000Z'))).toEqual([]);
  });
});
