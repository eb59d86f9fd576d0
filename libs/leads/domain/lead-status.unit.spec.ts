import { type CallDisposition, CALL_DISPOSITIONS, type CallEvent } from '#events/calls';
import { fold } from '#libs/kernel';
import {
  answererRecognised,
  callAttempted,
  callBridged,
  callbackRequested,
  callEnded,
  consumerOptedOut,
  dialDeferred,
  leadDisqualified,
  leadExhausted,
  leadFoundEligible,
  leadFoundIneligible,
  leadQualified,
  leadReceived,
  transferFailed,
  transferRequested,
} from '#events/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Lead } from './lead.js';
import { leadDecider } from './lead.decider.js';
import { type LeadStreamEvent } from './lead-stream.events.js';
import { statusOf } from './lead-status.js';

/** The status after each event of a history. */
function statuses(...events: readonly LeadStreamEvent[]): string[] {
  return events.map((_, index) => fold(leadDecider, events.slice(0, index + 1)).status);
}

/** Where a lead stands after a call that ended so. */
function afterCall(disposition: CallDisposition, ...during: readonly CallEvent[]): string {
  const ended = callEnded({ disposition });
  return fold(leadDecider, [leadReceived(), callAttempted(), ...during, ended]).status;
}

describe('where a lead stands', () => {
  it('goes from new by way of the queue to a buyer, and is completed afterwards', () => {
    const way = [
      leadReceived(),
      dialDeferred(),
      callAttempted(),
      leadQualified(),
      transferRequested(),
      transferFailed(),
      callBridged(),
      callEnded({ disposition: 'transferred' }),
    ];
    expect(statuses(...way)).toEqual([
      ...['new', 'queued', 'dialing', 'qualified', 'qualified', 'qualified'],
      ...['transferred', 'completed'],
    ]);
  });

  it.each(CALL_DISPOSITIONS)('after a call that ended with %s', (disposition) => {
    const expected = { transferred: 'completed', disqualified: 'disqualified' } as const;
    const known: Partial<Record<CallDisposition, string>> = { ...expected, opted_out: 'opted_out' };
    expect(afterCall(disposition)).toBe(known[disposition] ?? 'queued');
  });

  it('is called again where a mailbox was taken for the consumer', () => {
    const machine = answererRecognised({ answeredBy: 'machine' });
    expect(afterCall('machine', leadDisqualified(), machine)).toBe('queued');
    expect(afterCall('machine', leadQualified(), machine)).toBe('queued');
    const agent = answererRecognised({ answeredBy: 'machine', transferId: 'transfer-1' });
    expect(statuses(leadReceived(), callAttempted(), leadQualified(), agent).at(-1)).toBe(
      'qualified',
    );
  });

  it('says why nobody dials it any more, however the call ended', () => {
    expect(afterCall('hung_up', leadDisqualified())).toBe('disqualified');
    expect(afterCall('lost', consumerOptedOut())).toBe('opted_out');
    expect(afterCall('lost', leadQualified(), callBridged())).toBe('completed');
    expect(afterCall('callback', callbackRequested())).toBe('queued');
    expect(fold(leadDecider, [leadReceived(), leadExhausted()]).status).toBe('exhausted');
  });

  it('stays opted out, be that heard of after the call or on the one before', () => {
    const over = [leadReceived(), callAttempted(), callEnded()];
    expect(statuses(...over, consumerOptedOut()).at(-1)).toBe('opted_out');
    const again = [callAttempted({ callId: 'call-2', attempt: 2 }), consumerOptedOut()];
    for (const result of [leadQualified(), leadDisqualified(), callBridged()]) {
      const history = [...over, ...again, result, callEnded({ callId: 'call-2' })];
      expect(statuses(...history).slice(-3)).toEqual(Array(3).fill('opted_out'));
    }
  });

  it('is ineligible while it would wait for a call in vain, and waits again afterwards', () => {
    const waiting = [leadReceived(), callAttempted(), callEnded()];
    const ineligible = leadFoundIneligible(['suppressed']);
    expect(statuses(...waiting, ineligible, leadFoundEligible()).slice(2)).toEqual([
      ...['queued', 'ineligible', 'queued'],
    ]);
  });

  it('stays what has happened, whatever the checks find', () => {
    const ineligible = leadFoundIneligible(['suppressed']);
    const happened = fc.constantFrom<LeadStreamEvent>(
      ...[leadDisqualified(), consumerOptedOut(), leadExhausted(), callBridged(), leadQualified()],
    );
    fc.assert(
      fc.property(happened, fc.boolean(), (event, ended) => {
        const history = [leadReceived(), callAttempted(), event, ...(ended ? [callEnded()] : [])];
        const before = fold(leadDecider, history).status;
        const after = fold(leadDecider, [...history, ineligible]).status;
        expect(after).toBe(before === 'queued' ? 'ineligible' : before);
      }),
    );
  });

  it('is told by whether it may be dialed and how far calling has come', () => {
    expect(statusOf({ eligible: false, progress: 'new' })).toBe('ineligible');
    expect(statusOf({ eligible: false, progress: 'dialing' })).toBe('dialing');
  });

  it('counts its calls', () => {
    const again = callAttempted({ attempt: 2, attemptedAt: '2026-01-07T16:00:00.000Z' });
    const history = [leadReceived(), callAttempted(), callEnded(), again];
    expect(fold(leadDecider, history)).toMatchObject({
      ...{ calls: 2, lastCallAt: '2026-01-07T16:00:00.000Z' },
    });
  });
});

describe('a lead that is called', () => {
  it('is judged anew as ever, and keeps quiet where nothing changes', () => {
    const history = [leadReceived(), callAttempted(), callEnded(), dialDeferred()];
    const lead = fold(leadDecider, history);
    if (lead.status === 'absent' || lead.checks === null) throw new Error('It was received.');
    const reassess = { type: 'ReassessLead', assessedAt: '2026-01-07T12:00:00.000Z' } as const;
    const consent = { timestamp: null, textVersion: null, hasSourceUrl: false, problems: [] };
    const withConsent = { ...lead, consent: { ...consent, timestamp: lead.receivedAt } };
    const checks = { ...lead.checks, suppressionEntryId: 'phone-1' };
    const events = leadDecider.decide({ ...reassess, checks }, withConsent);
    expect(events.map(({ type }) => type)).toEqual(['LeadFoundIneligible']);
    const judged = events.reduce<Lead>(leadDecider.evolve, withConsent);
    expect(leadDecider.decide({ ...reassess, checks }, judged)).toEqual([]);
  });
});
