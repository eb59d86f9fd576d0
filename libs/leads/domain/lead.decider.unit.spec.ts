import { fold } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type LeadCommand, leadDecider } from './lead.decider.js';
import { type EligibilityChecks, type LeadEvent } from './lead.events.js';
import { type LeadStreamEvent } from './lead-stream.events.js';
import { aConsent, aSubmission, RECEIVED_AT, someChecks } from './lead.fixtures.js';

const decide = (history: readonly LeadStreamEvent[], command: LeadCommand) =>
  leadDecider.decide(command, fold(leadDecider, history));
const received = (...args: Parameters<typeof aSubmission>) => decide([], aSubmission(...args));
const types = (events: readonly LeadStreamEvent[]) => events.map((event) => event.type);

describe('a phone never seen', () => {
  it('makes a lead that may be dialed', () => {
    const events = received();
    expect(types(events)).toEqual(['LeadReceived']);
    expect(fold(leadDecider, events)).toMatchObject({ status: 'new', checks: someChecks() });
  });

  it('makes a lead that is kept and not dialed when consent is missing', () => {
    const events = received({ consent: null });
    expect(types(events)).toEqual(['LeadReceived']);
    expect(fold(leadDecider, events)).toMatchObject({
      status: 'ineligible',
      ineligibleReasons: ['consent_missing'],
    });
  });
});

describe('an open lead', () => {
  const history = received();

  it('is deduplicated however often it is posted, and the window does not move', () => {
    const again = decide(history, aSubmission({ receivedAt: '2026-11-09T11:59:59.999Z' }));
    expect(again).toEqual([
      {
        type: 'LeadDeduplicated',
        data: expect.objectContaining({
          submittedAt: '2026-11-09T11:59:59.999Z',
          windowEndsAt: '2026-11-09T12:00:00.000Z',
        }) as unknown,
      },
    ]);
    const later = aSubmission({ receivedAt: '2026-11-09T12:00:00.000Z' });
    expect(decide([...history, ...again], later)).toEqual([]);
  });

  it('keeps nothing personal of a duplicate', () => {
    const [event] = decide(history, aSubmission({ personal: 'v1.k2.other', state: 'CA' }));
    expect(JSON.stringify(event)).not.toMatch(/v1\.|CA/);
  });

  it('leaves a post after 30 days to the next ordinal', () => {
    expect(decide(history, aSubmission({ receivedAt: '2026-11-09T12:00:00.000Z' }))).toEqual([]);
  });

  it('keeps its state through duplicates', () => {
    const again = decide(history, aSubmission());
    expect(fold(leadDecider, [...history, ...again])).toEqual({
      ...fold(leadDecider, history),
      duplicates: 1,
    });
  });
});

describe('a lead without consent', () => {
  const history = received({ consent: null });
  const record: LeadCommand = {
    type: 'RecordConsent',
    consent: { ...aConsent(), hash: 'h1' },
    hashesBefore: [],
    personal: 'v1.k1.consent',
    apiKeyId: null,
    recordedAt: RECEIVED_AT,
    checks: someChecks(),
  };

  it('may be dialed once consent is recorded, and recording it again changes nothing', () => {
    const events = decide(history, record);
    expect(types(events)).toEqual(['ConsentRecorded', 'LeadFoundEligible']);
    expect(fold(leadDecider, [...history, ...events])).toMatchObject({ status: 'new' });
    expect(decide([...history, ...events], record)).toEqual([]);
  });

  it('stays suppressed when consent is recorded', () => {
    const events = decide(history, { ...record, checks: someChecks({ suppressionEntryId: 'x' }) });
    expect(fold(leadDecider, [...history, ...events])).toMatchObject({
      status: 'ineligible',
      ineligibleReasons: ['suppressed'],
    });
  });

  it('is judged anew when the same consent is recorded after the suppression was lifted', () => {
    const suppressed = decide(history, {
      ...record,
      checks: someChecks({ suppressionEntryId: 'x' }),
    });
    const lifted = decide([...history, ...suppressed], record);
    expect(types(lifted)).toEqual(['LeadFoundEligible']);
    expect(decide([...history, ...suppressed, ...lifted], record)).toEqual([]);
  });

  it('does not take consent from a duplicate unless the tenant wants it', () => {
    expect(types(decide(history, aSubmission()))).toEqual(['LeadDeduplicated']);
    expect(types(decide(history, aSubmission({}, { consentToMerge: 'v1.k1.consent' })))).toEqual([
      'LeadDeduplicated',
      'ConsentRecorded',
      'LeadFoundEligible',
    ]);
  });

  it('cannot be given consent before it exists', () => {
    expect(() => decide([], record)).toThrow(
      expect.objectContaining({ code: 'lead_not_received' }),
    );
  });
});

describe('a lead whose look-ups are repeated', () => {
  const history = received();
  const reassess = (checks: Partial<EligibilityChecks> = {}): LeadCommand => ({
    type: 'ReassessLead',
    checks: someChecks(checks),
    assessedAt: '2026-10-11T12:00:00.000Z',
  });

  it('says nothing as long as the verdict is the same, whatever it rests on', () => {
    expect(decide(history, reassess())).toEqual([]);
    expect(decide(history, reassess({ countries: ['US', 'CA'] }))).toEqual([]);
  });

  it('follows the facts there and back, and says each change once', () => {
    const suppressed = decide(history, reassess({ suppressionEntryId: 'x' }));
    expect(suppressed).toEqual([
      {
        type: 'LeadFoundIneligible',
        data: expect.objectContaining({
          reasons: ['suppressed'],
          assessedAt: '2026-10-11T12:00:00.000Z',
        }) as unknown,
      },
    ]);
    const after = [...history, ...suppressed];
    expect(decide(after, reassess({ suppressionEntryId: 'y' }))).toEqual([]);
    expect(types(decide(after, reassess()))).toEqual(['LeadFoundEligible']);
  });

  it('is judged for the first time where its receipt holds no verdict', () => {
    const [event] = history;
    const old = { type: 'LeadReceived', data: { ...event!.data, verdict: null } } as LeadEvent;
    expect(types(decide([old], reassess()))).toEqual(['LeadFoundEligible']);
  });

  it('has to exist', () => {
    expect(() => decide([], reassess())).toThrow(
      expect.objectContaining({ code: 'lead_not_received' }),
    );
  });
});

describe('any series of posts to one stream', () => {
  it('receives exactly one lead, and the rest are duplicates or left alone', () => {
    const posts = fc.array(fc.integer({ min: 0, max: 60 * 24 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(posts, (hours) => {
        const history: LeadStreamEvent[] = [];
        for (const hour of hours) {
          const at = new Date(Date.parse(RECEIVED_AT) + hour * 3_600_000).toISOString();
          history.push(...decide(history, aSubmission({ receivedAt: at })));
        }
        expect(history.filter((event) => event.type === 'LeadReceived')).toHaveLength(1);
        const [first = 0] = hours;
        const repeated = hours.slice(1).filter((hour) => hour - first < 30 * 24);
        expect(history.filter((event) => event.type === 'LeadDeduplicated')).toHaveLength(
          repeated.length,
        );
      }),
    );
  });
});

describe('a consumer who does not want to be called', () => {
  const revoke = (revokedAt = '2026-10-11T12:00:00.000Z'): LeadCommand => ({
    ...{ type: 'RevokeConsent', channel: 'call', words: 'stop', callId: 'call-1', revokedAt },
  });
  const recordedAt = '2026-10-13T12:00:00.000Z';
  const consentAt = (timestamp: string): LeadCommand => ({
    ...{ type: 'RecordConsent', consent: { ...aConsent({ timestamp }), hash: timestamp } },
    ...{
      hashesBefore: [],
      personal: 'v1.k1.consent',
      apiKeyId: null,
      recordedAt,
      checks: someChecks(),
    },
  });
  const history = received();
  const revoked = [...history, ...decide(history, revoke())];
  const standing = (events: readonly LeadStreamEvent[]) => fold(leadDecider, events);

  it('makes the lead ineligible, whatever it was', () => {
    expect(standing(history)).toMatchObject({ status: 'new' });
    const blocked = { status: 'ineligible', ineligibleReasons: ['consent_revoked'] };
    expect(standing(revoked)).toMatchObject(blocked);
    const without = received({ consent: null });
    expect(standing([...without, ...decide(without, revoke())])).toMatchObject(blocked);
  });

  it('has the reasons that judging it anew would find', () => {
    const checks = someChecks({ suppressionEntryId: 'x' });
    const suppressed = received({ consent: null }, { checks });
    const events = [...suppressed, ...decide(suppressed, revoke())];
    expect(standing(events)).toMatchObject({
      ineligibleReasons: ['consent_revoked', 'suppressed'],
    });
    const anew: LeadCommand = { type: 'ReassessLead', checks, assessedAt: recordedAt };
    expect(decide(events, anew)).toEqual([]);
  });

  it('says so once, however often it is said', () => {
    expect(decide(revoked, revoke())).toEqual([]);
    expect(decide(revoked, revoke('2026-10-12T12:00:00.000Z'))).toEqual([]);
  });

  it('stays ineligible when the lead is judged anew', () => {
    const anew: LeadCommand = {
      ...{ type: 'ReassessLead', checks: someChecks(), assessedAt: '2026-10-12T12:00:00.000Z' },
    };
    expect(decide(revoked, anew)).toEqual([]);
    const suppressed = decide(revoked, {
      ...anew,
      checks: someChecks({ suppressionEntryId: 'x' }),
    });
    expect(suppressed).toMatchObject([{ data: { reasons: ['consent_revoked', 'suppressed'] } }]);
  });

  it('is not called for consent that was given before and comes in after', () => {
    const events = decide(revoked, consentAt('2026-10-11T11:59:59.999Z'));
    expect(types(events)).toEqual(['ConsentRecorded', 'LeadFoundIneligible']);
    expect(events[1]).toMatchObject({ data: { reasons: ['consent_revoked'] } });
  });

  it('may be called once they consented anew, until they revoke it again', () => {
    const events = decide(revoked, consentAt('2026-10-12T12:00:00.000Z'));
    expect(types(events)).toEqual(['ConsentRecorded', 'LeadFoundEligible']);
    const anew = [...revoked, ...events];
    expect(standing(anew)).toMatchObject({ status: 'new', ineligibleReasons: [] });
    const again = decide(anew, revoke('2026-10-14T12:00:00.000Z'));
    expect(types(again)).toEqual(['ConsentRevoked']);
    expect(standing([...anew, ...again])).toMatchObject({ status: 'ineligible' });
  });

  it('is called for no evidence of before, whether it comes again or for the first time', () => {
    const given = consentAt('2026-10-12T12:00:00.000Z');
    const anew = [...revoked, ...decide(revoked, given)];
    const replayed = decide(anew, consentAt('2026-10-10T11:00:00.000Z'));
    expect(types(replayed)).toEqual(['ConsentRecorded']);
    expect(standing([...anew, ...replayed])).toMatchObject({ status: 'new' });
    const again = decide(anew, revoke('2026-10-14T12:00:00.000Z'));
    const late = [...anew, ...again];
    expect(types(decide(late, consentAt('2026-10-12T13:00:00.000Z')))).toEqual([
      ...['ConsentRecorded', 'LeadFoundIneligible'],
    ]);
    expect(types(decide(late, consentAt('2026-10-10T10:00:00.000Z')))).toEqual(['ConsentRecorded']);
  });

  it('is called for none that came before, whatever the clock of its form said', () => {
    const ahead = received({ consent: aConsent({ timestamp: '2026-10-10T12:04:00.000Z' }) });
    const events = [...ahead, ...decide(ahead, revoke('2026-10-10T12:01:00.000Z'))];
    const anew: LeadCommand = {
      type: 'ReassessLead',
      checks: someChecks(),
      assessedAt: recordedAt,
    };
    expect(decide(events, anew)).toEqual([]);
  });

  it('must have a lead', () => {
    expect(() => decide([], revoke())).toThrow(
      expect.objectContaining({ code: 'lead_not_received' }),
    );
  });
});

describe('facts of another context on a lead’s stream', () => {
  it('change nothing', () => {
    const history = received();
    const rang = { type: 'CallRang', data: { leadId: 'lead' } } as unknown as LeadEvent;
    expect(fold(leadDecider, [...history, rang])).toEqual(fold(leadDecider, history));
  });
});
