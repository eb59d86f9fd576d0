import { describe, expect, it } from '@jest/globals';
import { type LeadEvent } from '#libs/leads';
import { type ProjectedEvent } from '#libs/read-db';
import { compareReplays, compareWithLog } from './ledger-check.js';
import { type Acknowledgement } from './submission.js';

function told(key: string, phone: string, leadId: string, outcome = 'created'): Acknowledgement {
  return { submission: { idempotencyKey: key, phone, body: '' }, outcome, leadId };
}

function logged(type: LeadEvent['type'], leadId: string, phoneHash = leadId) {
  return { type, data: { leadId, phoneHash } } as ProjectedEvent<LeadEvent>;
}

const acknowledgements = [
  told('k1', '+1', 'a'),
  told('k2', '+1', 'a', 'duplicate'),
  told('k3', '+2', 'b'),
];
const events = [
  logged('LeadReceived', 'a'),
  logged('LeadDeduplicated', 'a'),
  logged('LeadReceived', 'b'),
];

describe('the comparison of what was told with the log', () => {
  it('finds nothing where both agree', () => {
    expect(compareWithLog(acknowledgements, events)).toEqual([]);
  });

  it('finds a lead that was acknowledged and is lost', () => {
    expect(compareWithLog(acknowledgements, events.slice(0, 2))).toEqual([
      'b was acknowledged and is not in the log',
    ]);
  });

  it('finds a lead that was stored twice', () => {
    const twice = [...events, logged('LeadReceived', 'b')];
    expect(compareWithLog(acknowledgements, twice)).toContain('lead b was received 2 times');
  });

  it('finds two leads of one phone', () => {
    const two = [...events, logged('LeadReceived', 'c', 'b')];
    const problems = compareWithLog([...acknowledgements, told('k4', '+2', 'c')], two);
    expect(problems).toContain('phone b was received 2 times');
    expect(problems).toContain('one phone has the leads b, c');
  });

  it('finds a lead nobody was told of', () => {
    expect(compareWithLog(acknowledgements.slice(0, 2), events)).toEqual(['b was told to nobody']);
  });

  it('finds a submission that took effect twice, or not at all', () => {
    const twice = [...events, logged('LeadDeduplicated', 'a')];
    expect(compareWithLog(acknowledgements, twice)).toEqual([
      'a was called a duplicate 1 times and logged 2 times',
    ]);
    const createdTwice = [...acknowledgements, told('k4', '+2', 'b')];
    expect(compareWithLog(createdTwice, events)).toEqual(['b was called created 2 times']);
  });

  it('finds a key that was answered in two ways', () => {
    expect(compareReplays(acknowledgements, acknowledgements)).toEqual([]);
    expect(compareReplays(acknowledgements, [told('k3', '+2', 'b', 'duplicate')])).toEqual([
      'key k3 was answered in two ways',
    ]);
    expect(compareReplays(acknowledgements, [told('k3', '+2', 'c')])).toHaveLength(1);
  });
});
