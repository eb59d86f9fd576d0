import { describe, expect, it } from '@jest/globals';
import type { LeadEvent } from '#libs/leads';
import { foldInMemory } from '#libs/read-db';
import {
  aVerdict,
  history,
  leadDeduplicated,
  leadFoundEligible,
  leadFoundIneligible,
  leadReceived,
} from '#events/testing';
import { speedToLeadProjection } from './index.js';

const after = (...events: LeadEvent[]) => foldInMemory(speedToLeadProjection, history(events))[0];
const receivedAt = '2026-01-05T11:59:59.000Z';
/** When the fixtures repeat their checks: a second after receipt. */
const assessedAt = '2026-01-05T12:00:00.000Z';

describe('the time to a lead', () => {
  it('is nothing for a lead that could be dialed at receipt', () => {
    expect(after(leadReceived())).toEqual({
      ...{ tenantId: 'acme', leadId: 'lead-1', mode: 'live', source: 'my-webform', receivedAt },
      ...{ firstVerdictAt: receivedAt, firstVerdictMs: 0n },
      ...{ firstDialableAt: receivedAt, firstDialableMs: 0n },
    });
  });

  it('ends when a lead could be dialed, not when it was judged first', () => {
    const received = leadReceived({ verdict: aVerdict('consent_missing') });
    const waiting = { firstVerdictMs: 0n, firstDialableAt: null, firstDialableMs: null };
    expect(after(received)).toMatchObject(waiting);
    expect(after(received, leadFoundIneligible(['suppressed']))).toMatchObject(waiting);
    expect(after(received, leadFoundEligible())).toMatchObject({
      ...{ firstVerdictAt: receivedAt, firstVerdictMs: 0n },
      ...{ firstDialableAt: assessedAt, firstDialableMs: 1_000n },
    });
  });

  it('ends once', () => {
    const once = after(leadReceived());
    expect(
      after(
        leadReceived(),
        leadFoundIneligible(['suppressed']),
        leadFoundEligible(),
        leadDeduplicated('2026-01-06T10:00:00.000Z'),
      ),
    ).toEqual(once);
  });

  it('has not begun to be known for a lead that came without a verdict, as version 1', () => {
    const received = leadReceived({ verdict: null });
    expect(after(received)).toMatchObject({ firstVerdictAt: null, firstVerdictMs: null });
    expect(after(received, leadFoundEligible())).toMatchObject({
      ...{ firstVerdictMs: 1_000n, firstDialableMs: 1_000n },
    });
  });

  it('is not negative, though clocks differ', () => {
    const received = leadReceived({ verdict: null, receivedAt: '2026-01-05T12:00:00.300Z' });
    expect(after(received, leadFoundEligible())).toMatchObject({ firstVerdictMs: 0n });
  });

  it('may be longer than a month', () => {
    const received = leadReceived({ verdict: null, receivedAt: '2025-01-05T12:00:00.000Z' });
    expect(after(received, leadFoundEligible())).toMatchObject({ firstVerdictMs: 31_536_000_000n });
  });
});
