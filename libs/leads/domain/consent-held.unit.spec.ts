import { fold } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type LeadCommand, leadDecider } from './lead.decider.js';
import { type LeadStreamEvent } from './lead-stream.events.js';
import { aConsent, aSubmission, someChecks } from './lead.fixtures.js';

const decide = (history: readonly LeadStreamEvent[], command: LeadCommand) =>
  leadDecider.decide(command, fold(leadDecider, history));
const received = (...args: Parameters<typeof aSubmission>) => decide([], aSubmission(...args));
const types = (events: readonly LeadStreamEvent[]) => events.map((event) => event.type);

describe('a lead with consent that is brought more', () => {
  const recordedAt = '2026-11-24T12:00:00.000Z';
  const fresh = aConsent({ timestamp: '2026-11-20T12:00:00.000Z' });
  const old = aConsent({ timestamp: '2026-07-01T12:00:00.000Z' });
  const record = (consent = fresh, hash = consent.timestamp ?? '', hashesBefore: string[] = []) =>
    ({
      ...{ type: 'RecordConsent', consent: { ...consent, hash }, hashesBefore },
      ...{ personal: 'v1.k1.consent', apiKeyId: null, recordedAt, checks: someChecks() },
    }) satisfies LeadCommand;
  const history = received({ consent: fresh, receivedAt: '2026-11-20T12:00:01.000Z' });
  const after = (command: LeadCommand, before = history) => [...before, ...decide(before, command)];

  it('keeps the latest one: an older one is recorded and changes nothing', () => {
    const events = decide(history, record(old));
    expect(types(events)).toEqual(['ConsentRecorded']);
    expect(fold(leadDecider, [...history, ...events])).toEqual({
      ...fold(leadDecider, history),
      evidenceHashes: [old.timestamp],
    });
  });

  it('goes by the newer one, and says so', () => {
    const newer = aConsent({ timestamp: '2026-11-23T12:00:00.000Z', textVersion: 'v3' });
    const events = decide(history, record(newer));
    expect(types(events)).toEqual(['ConsentRecorded', 'LeadFoundEligible']);
    expect(fold(leadDecider, [...history, ...events])).toMatchObject({
      ...{ status: 'new', consent: newer, consentArrivedAt: recordedAt },
    });
  });

  it('keeps all that proves one consent, and each of it once, in whatever order it comes', () => {
    const withCertificate = after(record(fresh, 'with certificate'));
    expect(types(withCertificate)).toEqual([
      'LeadReceived',
      'ConsentRecorded',
      'LeadFoundEligible',
    ]);
    const withAddress = after(record(fresh, 'with address'), withCertificate);
    expect(withAddress).toHaveLength(5);
    expect(decide(withAddress, record(fresh, 'with certificate'))).toEqual([]);
    expect(decide(withAddress, record(fresh, 'as it came', ['as it came']))).toEqual([]);
  });

  it('is judged anew when an older one comes after a suppression was lifted', () => {
    const checks = someChecks({ suppressionEntryId: 'x' });
    const suppressed = received({ consent: fresh, receivedAt: recordedAt }, { checks });
    expect(types(decide(suppressed, record(old)))).toEqual([
      'ConsentRecorded',
      'LeadFoundEligible',
    ]);
  });

  it('does not go by one that is of a day to come, whichever comes first', () => {
    const toCome = record(aConsent({ timestamp: '2030-01-01T00:00:00.000Z' }));
    expect(fold(leadDecider, after(toCome))).toMatchObject({ status: 'new', consent: fresh });
    const before = after(toCome, received({ consent: null }));
    expect(fold(leadDecider, before)).toMatchObject({ ineligibleReasons: ['consent_in_future'] });
    expect(fold(leadDecider, after(record(), before))).toMatchObject({ consent: fresh });
  });

  it('goes by the same one whatever the order in which they come', () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(days, (agesInDays) => {
        const bare = received({ consent: null });
        const state = agesInDays.reduce((before, days) => {
          const timestamp = new Date(Date.parse(recordedAt) - days * 86_400_000).toISOString();
          return after(record(aConsent({ timestamp })), before);
        }, bare);
        const youngest = Date.parse(recordedAt) - Math.min(...agesInDays) * 86_400_000;
        const timestamp = new Date(youngest).toISOString();
        expect(fold(leadDecider, state)).toMatchObject({ consent: { timestamp } });
      }),
    );
  });
});
