import { fold } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import { aliasMapDecider } from './alias-map.decider.js';
import { type Alias, type AliasEvent } from './postback-settings.events.js';

const CHANGED_AT = '2026-03-01T12:00:00.000Z';
const phone: Alias = { field: 'caller', name: 'rufnummer' };
const amount: Alias = { field: 'payout_cents', name: 'amount' };

function after(...lists: readonly Alias[][]): AliasEvent[] {
  return lists.reduce<AliasEvent[]>((past, aliases) => {
    const change = { type: 'ChangeAliases', aliases, reason: null, changedAt: CHANGED_AT } as const;
    return [...past, ...aliasMapDecider.decide(change, fold(aliasMapDecider, past))];
  }, []);
}

describe('a tenant’s additions to the alias map', () => {
  it('are replaced as a whole, under the next version', () => {
    expect(after([phone], [phone, amount]).map(({ data }) => data)).toEqual([
      { version: 1, before: [], after: [phone], reason: null, changedAt: CHANGED_AT },
      { version: 2, before: [phone], after: [phone, amount], reason: null, changedAt: CHANGED_AT },
    ]);
  });

  it('are not changed by what they are already', () => {
    expect(after([])).toEqual([]);
    expect(after([phone], [phone])).toHaveLength(1);
  });

  it('are others in another order, which is that of precedence', () => {
    expect(after([phone, amount], [amount, phone])).toHaveLength(2);
  });

  it('may be taken away again', () => {
    const state = fold(aliasMapDecider, after([phone], []));
    expect(state).toEqual({ version: 2, aliases: [] });
  });
});
