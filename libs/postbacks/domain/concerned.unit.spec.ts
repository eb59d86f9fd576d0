import { readFilter } from '#libs/filters';
import { postbackScheduled, transferRequested } from '#events/testing';
import { describe, expect, it } from '@jest/globals';
import { emptyChoices, isConcerned, unknownFields } from './concerned.js';
import { type PostbackTargetSettings } from './postback-target.events.js';

const { result } = postbackScheduled().data;
const history = [
  transferRequested({ transferId: 'transfer-0', campaign: { utm_source: 'radio' } }),
  transferRequested({ campaign: { utm_source: 'google', campaign: 'spring' } }),
];

const settings: PostbackTargetSettings = {
  ...{ label: 'Northwind', mode: 'live', destinationId: null, fireOn: 'completed', filter: null },
  ...{ method: 'GET', format: 'json', payout: null, host: 'partner.example' },
};
const filtered = (field: string, op: string, value: string) =>
  readFilter({ op: 'and', rules: [{ field, op, value }] }, 'filter');

describe('a target', () => {
  it.each<[boolean, string, Partial<PostbackTargetSettings>]>([
    [true, 'of any call', {}],
    [false, 'of test leads', { mode: 'test' }],
    [true, 'of its destination', { destinationId: 'buyer-1' }],
    [false, 'of another destination', { destinationId: 'buyer-2' }],
    [true, 'of its source', { filter: filtered('lead.source', 'eq', 'My-Webform') }],
    [false, 'of another source', { filter: filtered('lead.source', 'eq', 'radio') }],
    [true, 'of its tag', { filter: filtered('lead.campaign.utm_source', 'eq', 'google') }],
    [false, 'of another tag', { filter: filtered('lead.campaign.utm_source', 'eq', 'radio') }],
    [false, 'of a tag it lacks', { filter: filtered('lead.campaign.utm_term', 'eq', 'sun') }],
  ])('is told (%s) %s', (told, _, wish) => {
    expect(isConcerned({ ...settings, ...wish }, result, history)).toBe(told);
  });

  it('cannot wait for what nobody knows of a call', () => {
    const rules = ['lead.source', 'lead.campaign.utm_term', 'lead.state', 'tag', 'lead.state'].map(
      (field) => ({ field, op: 'present' }),
    );
    const filter = readFilter({ op: 'or', rules: [{ op: 'and', rules }] }, 'filter');
    expect(unknownFields(filter)).toEqual(['lead.state', 'tag']);
  });

  it('cannot wait for any of no rules to hold', () => {
    const nothing = { op: 'or', rules: [] };
    const held = { field: 'lead.source', op: 'present' };
    const choicesOf = (filter: unknown) => emptyChoices(readFilter(filter, 'filter'), 'filter');
    expect(choicesOf(nothing)).toEqual(['filter.rules']);
    expect(choicesOf({ op: 'and', rules: [held, { op: 'or', rules: [held, nothing] }] })).toEqual([
      'filter.rules.1.rules.1.rules',
    ]);
    expect(choicesOf({ op: 'and', rules: [] })).toEqual([]);
  });
});
