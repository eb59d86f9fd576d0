import { describe, expect, it } from '@jest/globals';
import type { LeadStreamEvent } from '#libs/leads';
import { foldInMemory } from '#libs/read-db';
import {
  answererRecognised,
  aVerdict,
  callAnswered,
  callAttempted,
  callBridged,
  callbackRequested,
  callEnded,
  callRang,
  consumerOptedOut,
  dialDeferred,
  history,
  leadDisqualified,
  leadExhausted,
  leadFoundEligible,
  leadFoundIneligible,
  leadReceived,
} from '#events/testing';
import { dialQueueProjection } from './index.js';

const after = (...events: LeadStreamEvent[]) =>
  foldInMemory(dialQueueProjection, history(events))[0];
const calledOnce = (...during: LeadStreamEvent[]) =>
  after(leadReceived(), callAttempted(), ...during);

const received = {
  ...{ tenantId: 'acme', leadId: 'lead-1', mode: 'live', source: 'my-webform' },
  ...{ receivedAt: '2026-01-05T11:59:59.000Z', status: 'waiting', eligible: true },
  ...{ dueAt: '2026-01-05T11:59:59.000Z', obstacles: [], attempts: 0, currentCallId: null },
  ...{ callbackAt: null, closure: null, position: 100n },
};

describe('a lead in the dial queue', () => {
  it('is due from its receipt on', () => {
    expect(after(leadReceived())).toEqual(received);
  });

  it('waits in vain while it may not be dialed', () => {
    const unfit = leadReceived({ verdict: aVerdict('consent_missing') });
    expect(after(unfit)).toMatchObject({ status: 'waiting', eligible: false });
    expect(after(unfit, leadFoundEligible())).toMatchObject({ status: 'waiting', eligible: true });
    expect(after(leadReceived(), leadFoundIneligible(['x']))).toMatchObject({ eligible: false });
    expect(after(leadReceived({ verdict: null }))).toMatchObject({ eligible: false });
  });

  it('says what stood in the way and when it is due again', () => {
    expect(after(leadReceived(), dialDeferred())).toMatchObject({
      ...{ status: 'waiting', dueAt: '2026-01-06T14:00:00.000Z' },
      obstacles: ['outside_calling_hours'],
    });
    const never = dialDeferred({ obstacles: ['timezone_unknown'], nextAllowedAt: null });
    expect(after(leadReceived(), never)).toMatchObject({ status: 'waiting', dueAt: null });
  });

  it('is being called until the call is over, whatever becomes clear meanwhile', () => {
    const calling = { status: 'calling', currentCallId: 'call-1', attempts: 1, dueAt: null };
    expect(after(leadReceived(), dialDeferred(), callAttempted())).toEqual({
      ...{ ...received, ...calling, position: 300n },
    });
    for (const event of [leadDisqualified(), consumerOptedOut(), callBridged(), callRang()]) {
      expect(calledOnce(event)).toMatchObject(calling);
    }
  });

  it('is due right after a call without a result, and when it asked to be called', () => {
    expect(calledOnce(callEnded({ disposition: 'no_answer' }))).toMatchObject({
      ...{ status: 'waiting', currentCallId: null, dueAt: '2026-01-06T16:00:15.000Z' },
    });
    const asked = [callbackRequested(), callEnded({ disposition: 'callback' })];
    expect(calledOnce(...asked)).toMatchObject({
      ...{ status: 'waiting', dueAt: '2026-01-06T20:00:00.000Z' },
    });
    const again = [callAttempted({ attempt: 2 }), callAnswered(), callEnded()];
    expect(calledOnce(...asked, ...again)).toMatchObject({
      ...{ dueAt: '2026-01-06T16:00:15.000Z', callbackAt: null, attempts: 2 },
    });
  });

  it('keeps what it asked for while no call came of it', () => {
    const busy = callEnded({ disposition: 'busy' });
    const asked = [callbackRequested(), callEnded({ disposition: 'callback' }), callAttempted()];
    expect(calledOnce(...asked, busy)).toMatchObject({ dueAt: '2026-01-06T20:00:00.000Z' });
    const lost = callEnded({ disposition: 'lost' });
    expect(calledOnce(...asked, lost)).toMatchObject({ dueAt: '2026-01-06T20:00:00.000Z' });
  });

  it('has got what it asked for once its phone rang, whatever came of that', () => {
    const asked = [callbackRequested(), callEnded({ disposition: 'callback' }), callAttempted()];
    for (const disposition of ['canceled', 'failed', 'lost', 'no_answer'] as const) {
      const over = callEnded({ disposition });
      expect(calledOnce(...asked, callRang(), over)).toMatchObject({ callbackAt: null });
    }
    const unrung = callEnded({ disposition: 'no_answer' });
    expect(calledOnce(...asked, unrung)).toMatchObject({ callbackAt: null });
  });

  it('has asked for nothing, and is not closed, where a mailbox was taken for the consumer', () => {
    const machine = answererRecognised({ answeredBy: 'machine' });
    const over = callEnded({ disposition: 'machine' });
    for (const heard of [leadDisqualified(), callbackRequested()]) {
      expect(calledOnce(heard, machine, over)).toMatchObject({
        ...{
          status: 'waiting',
          dueAt: '2026-01-06T16:00:15.000Z',
          closure: null,
          callbackAt: null,
        },
      });
    }
    const agent = answererRecognised({ answeredBy: 'machine', transferId: 'transfer-1' });
    expect(calledOnce(leadDisqualified(), agent)).toMatchObject({ closure: 'disqualified' });
  });

  it('is looked at again once it is judged anew, whatever it waited for', () => {
    const never = dialDeferred({ obstacles: ['consent_too_old'], nextAllowedAt: null });
    const { assessedAt } = leadFoundEligible().data;
    expect(after(leadReceived(), never, leadFoundEligible())).toMatchObject({ dueAt: assessedAt });
  });

  it.each([
    ['disqualified', leadDisqualified()],
    ['opted_out', consumerOptedOut()],
    ['transferred', callBridged()],
  ] as const)('is closed as %s once that call is over, however it ended', (closure, event) => {
    for (const disposition of ['lost', 'hung_up', closure] as const) {
      expect(calledOnce(event, callEnded({ disposition }))).toMatchObject({
        ...{ status: 'closed', closure, dueAt: null, currentCallId: null },
      });
    }
    expect(calledOnce(callEnded({ disposition: closure }))).toMatchObject({ closure });
  });

  it('is closed once an opt-out is heard of, be it after the call or on the one before', () => {
    const out = { status: 'closed', closure: 'opted_out', dueAt: null, currentCallId: null };
    expect(calledOnce(callEnded(), consumerOptedOut())).toMatchObject(out);
    const disqualified = [leadDisqualified(), callEnded({ disposition: 'disqualified' })];
    expect(calledOnce(...disqualified, consumerOptedOut())).toMatchObject(out);
    const again = callAttempted({ callId: 'call-2', attempt: 2 });
    const late = [callEnded(), again, consumerOptedOut()];
    expect(calledOnce(...late)).toMatchObject({ status: 'calling', currentCallId: 'call-2' });
    for (const result of [leadDisqualified(), callBridged()]) {
      expect(calledOnce(...late, result, callEnded())).toMatchObject(out);
    }
  });

  it('is closed when it is exhausted', () => {
    expect(after(leadReceived(), dialDeferred(), leadExhausted())).toMatchObject({
      ...{ status: 'closed', closure: 'exhausted', dueAt: null, obstacles: [] },
    });
  });
});
