import { describe, expect, it } from '@jest/globals';
import { statementDecider, withNamesOf } from './opened-statement.js';
import { ledgerRowOf } from './statement-row.js';
import { type LedgerTransfer } from './transfer-ledger.js';
import { afterBridge, aReport, aTransfer, named } from './revenue.fixtures.js';

/** A transfer with these reports. */
function ledgerTransfer(...reports: LedgerTransfer['reports']): LedgerTransfer {
  return {
    mode: 'live',
    ...{ ...aTransfer(), billableSeconds: 90, payoutCurrency: 'USD', reports, booked: null },
    estimate: { amountMinor: 3_000, currency: 'USD', billable: true } as LedgerTransfer['estimate'],
  };
}

const beside = (...ownIds: string[]) => ({
  ...{ ownIds: new Set(ownIds), callerHashes: ['phone-1'] },
});

const told = aReport({ postbackId: 'told', vendorCallId: 'v1', payoutMinor: 4_500 });
const own = aReport({
  ...{ postbackId: 'own', vendorCallId: 'v2', payoutMinor: 4_000, receivedAt: afterBridge(9e6) },
});

describe('a transfer beside a statement', () => {
  it('is worth what is known of it without the statement', () => {
    const row = ledgerRowOf(ledgerTransfer(told, own), beside('own'));
    expect(row).toMatchObject({
      booked: { minor: 4_500, currency: 'USD' },
      confirmedBy: [named('v1')],
    });
    expect(row).toEqual(ledgerRowOf(ledgerTransfer(told), beside()));
  });

  it('is worth its estimate where nothing but the statement tells of it', () => {
    const row = ledgerRowOf(ledgerTransfer(own), beside('own'));
    expect(row).toMatchObject({ booked: null, confirmedBy: [], estimate: { amountMinor: 3_000 } });
  });
});

describe('a statement', () => {
  const terms = {
    ...{ statementId: 's', destinationId: 'd', from: '2026-07-01', to: '2026-08-01' },
    ...({ amountUnit: 'by_name', timeZone: 'UTC', currency: 'USD' } as const),
    aliases: [],
  };

  it('is opened once', () => {
    const open = { type: 'OpenStatement', terms, at: afterBridge(0) } as const;
    const [opened, ...others] = statementDecider.decide(open, null);
    if (opened === undefined) throw new Error('It was not opened.');
    expect(others).toEqual([]);
    const state = statementDecider.evolve(null, opened);
    expect(state).toMatchObject(terms);
    expect(statementDecider.decide(open, state)).toEqual([]);
  });

  it('is read by its own names of columns before those of the account', () => {
    const of = (name: string) => ({ field: 'caller', name });
    const additions = { version: 3, aliases: [of('ours')] };
    expect(withNamesOf({ aliases: [of('theirs')] }, additions)).toEqual({
      ...{ version: 3, aliases: [of('theirs'), of('ours')] },
    });
    expect(withNamesOf({ aliases: [] }, additions)).toBe(additions);
  });
});
