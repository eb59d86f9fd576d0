import { fold } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import {
  feedbackDecider,
  type FeedbackCommand,
  leadFeedbackDecider,
  reasonAgainst,
  type TellLead,
} from './lead-feedback.js';
import {
  type FeedbackEvent,
  type FeedbackReading,
  type LeadFeedbackEvent,
} from './lead-feedback.events.js';

const at = '2026-01-06T16:00:00.000Z';
const sent = { tokenId: 'token-1', destinationId: null, keyId: 'key-1', personal: 'sealed' };
const reading: FeedbackReading = {
  ...{ mapVersion: '1.0', format: 'json', ids: ['lead-1'], status: 'accepted' },
  ...{ isStatusKnown: true, hasReason: false, warnings: [] },
};

const receive: FeedbackCommand = {
  type: 'ReceiveFeedback',
  feedback: {
    ...{ ...sent, feedbackId: 'feedback-1', method: 'POST', contentType: null, bytes: 9, reading },
    ...{ receivedAt: at, sequence: 0 },
  },
};
const place: FeedbackCommand = {
  ...{ type: 'PlaceFeedback', leadId: 'lead-1', transferId: null, outcome: 'matched', at },
};
const leave: FeedbackCommand = { type: 'LeaveUnplaced', reason: 'unknown_id', at };

/** The types of what the last command leads to after those before it. */
function types(...commands: FeedbackCommand[]): string[] {
  const events: FeedbackEvent[] = [];
  let last: FeedbackEvent[] = [];
  for (const command of commands) {
    last = feedbackDecider.decide(command, fold(feedbackDecider, events));
    events.push(...last);
  }
  return last.map(({ type }) => type);
}

describe('feedback', () => {
  it('is received once, and placed once, also after nothing was found for it', () => {
    expect(types(receive)).toEqual(['FeedbackReceived']);
    expect(types(receive, receive)).toEqual([]);
    expect(types(receive, place)).toEqual(['FeedbackPlaced']);
    expect(types(receive, leave, place)).toEqual(['FeedbackPlaced']);
    expect(types(receive, place, place)).toEqual([]);
    expect(types(receive, place, leave)).toEqual([]);
    expect(types(place)).toEqual([]);
  });

  it('is left unplaced again only for another reason', () => {
    expect(types(receive, leave)).toEqual(['FeedbackLeftUnplaced']);
    expect(types(receive, leave, leave)).toEqual([]);
  });

  it('is of no use where it cannot be read, names no id, or does not say what became of the lead', () => {
    expect(reasonAgainst(reading)).toBeNull();
    expect(reasonAgainst({ ...reading, format: 'unreadable' })).toBe('unreadable');
    expect(reasonAgainst({ ...reading, ids: [] })).toBe('id_missing');
    expect(reasonAgainst({ ...reading, status: null })).toBe('status_missing');
    const strange = { ...reading, status: null, isStatusKnown: false };
    expect(reasonAgainst(strange)).toBe('status_unknown');
  });
});

/** What the last thing said of a lead comes to, after those before it. */
function outcome(...said: (readonly [status: TellLead['status'], tokenId?: string])[]) {
  const events: LeadFeedbackEvent[] = [];
  for (const [index, [status, tokenId = 'token-1']] of said.entries()) {
    const about = { leadId: 'lead-1', transferId: null, feedbackId: `feedback-${index}` };
    const tell: TellLead = {
      ...{ type: 'TellLead', ...about, ...sent, tokenId, status, receivedAt: at },
    };
    const decide = () => leadFeedbackDecider.decide(tell, fold(leadFeedbackDecider, events));
    events.push(...(decide() as LeadFeedbackEvent[]));
    expect(decide()).toEqual([]);
  }
  return events.at(-1)?.data.outcome;
}

describe('a lead that buyers speak of', () => {
  it('is told whether a buyer says something for the first time, the same again, or something new', () => {
    expect(outcome(['accepted'])).toBe('matched');
    expect(outcome(['accepted'], ['accepted'])).toBe('duplicate');
    expect(outcome(['accepted'], ['returned'])).toBe('revised');
    expect(outcome(['accepted'], ['returned'], ['accepted'])).toBe('revised');
    expect(outcome(['accepted'], ['rejected', 'token-2'])).toBe('matched');
  });
});
