import { type ConsentEvidence, DEFAULT_DNC_RULES, type DncAnswer } from '#events/leads';
import { describe, expect, it } from '@jest/globals';
import { after, aLead, decide, RECEIVED_AT, startCall } from './calls.fixtures.js';

const consent: ConsentEvidence = {
  ...{ timestamp: after(-3_600), textVersion: 'v2', hasSourceUrl: true, problems: [] },
};
const dnc = (...lists: string[]): DncAnswer => ({
  ...{ outcome: 'listed', lists, checkedAt: RECEIVED_AT, listVersion: null },
});
const dncRules = {
  version: 5,
  matrix: { ...DEFAULT_DNC_RULES.matrix, national: 'allow_with_written_consent' as const },
};

describe('a lead on a do-not-call list right before its call', () => {
  it('is called where its written consent allows that, and the call says by which rules', () => {
    const command = startCall({ dnc: dnc('national'), dncRules });
    expect(decide([aLead({ consent })], command)).toMatchObject([
      {
        type: 'CallAttempted',
        data: {
          permission: {
            dncOutcome: 'listed',
            dncFinding: {
              ...{ rulesVersion: 5, writtenConsent: true },
              answers: { national: 'allowed_by_written_consent', internal: 'clear' },
            },
          },
        },
      },
    ]);
  });

  it('waits without written consent, and on a list that consent does not loosen', () => {
    const without = decide([aLead()], startCall({ dnc: dnc('national'), dncRules }));
    const internal = decide([aLead({ consent })], startCall({ dnc: dnc('internal'), dncRules }));
    for (const events of [without, internal]) {
      expect(events).toMatchObject([
        {
          type: 'DialDeferred',
          data: { obstacles: ['dnc_listed'], dncFinding: { rulesVersion: 5 } },
        },
      ]);
    }
  });

  it('waits by our defaults where the rules are not known', () => {
    const command = startCall({ dnc: dnc('national'), dncRules: null });
    expect(decide([aLead({ consent })], command)).toMatchObject([
      { data: { obstacles: ['dnc_listed'], dncFinding: { rulesVersion: 0 } } },
    ]);
  });

  it('is called by consent that came later', () => {
    const recorded = {
      type: 'ConsentRecorded' as const,
      data: {
        ...{ leadId: aLead().data.leadId, consent, personal: 'v1.k.page', apiKeyId: null },
        recordedAt: after(1),
      },
    };
    const command = startCall({ dnc: dnc('national'), dncRules, at: after(2) });
    expect(decide([aLead(), recorded], command)).toMatchObject([{ type: 'CallAttempted' }]);
  });

  it('is held up by a suppression for its brand, told apart from one for everybody', () => {
    const entry = { suppressionEntryId: 'entry', suppressionScope: 'brand' as const };
    expect(decide([aLead()], startCall(entry))).toMatchObject([
      { data: { obstacles: ['suppressed_for_brand'] } },
    ]);
  });
});
