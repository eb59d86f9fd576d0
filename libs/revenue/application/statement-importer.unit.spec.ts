import { describe, expect, it } from '@jest/globals';
import { fixedClock, type TenantId } from '#libs/kernel';
import { DataKeys, TenantSecrets } from '#libs/privacy';
import { MemoryLog } from '#libs/testing';
import { aCaller, keyStores } from '../reactors/matching.fixtures.js';
import { type SaidTerms } from '../domain/opened-statement.js';
import { HitReader } from './hit-reader.js';
import { type PostbackLookup, type StatementLookup, type TransferLookup } from './ports.js';
import { RevenueClock } from './revenue-clock.js';
import { RevenueRunner } from './revenue-runner.js';
import { lineIdOf, statementIdOf } from './statement-ids.js';
import { StatementImporter, type StatementToImport } from './statement-importer.js';

const acme = 'acme' as TenantId;
const terms: SaidTerms = {
  ...{ destinationId: 'buyer-1', timeZone: 'UTC', amountUnit: 'by_name', currency: null },
  ...{ from: '2026-07-01T00:00:00.000Z', to: '2026-08-01T00:00:00.000Z', aliases: [] },
};
const line = (day: number, payout: string) =>
  JSON.stringify({ caller_id: '5125551212', payout, call_time: `2026-07-0${day} 10:15:00` });
const july = [line(1, '45.00'), line(2, '40.00')];
const longer = [...july, line(3, '30.00')];

const none = () => Promise.resolve([]);
/** No transfer is known, so that all lines differ. */
const transfers = { inPeriod: none, ofConsumers: none, named: none } as unknown as TransferLookup;
const postbacks = { transfersOfVendorCalls: none } as unknown as PostbackLookup;

/** No statement is known but those that a spec names. */
const nothing = { ofDestination: none, knownLines: none } as unknown as StatementLookup;

/** Brings statements in, as one process would. */
async function anImporter(statements = nothing) {
  const { keys: store, secrets: secretStore, masterKey } = keyStores();
  const secrets = new TenantSecrets({ store: secretStore, masterKey });
  await secrets.create(acme);
  const importer = new StatementImporter({
    ...{ secrets, transfers, postbacks, statements, reader: new HitReader(secrets) },
    ...{ keys: new DataKeys({ store, masterKey }), runner: new RevenueRunner(new MemoryLog()) },
    clock: new RevenueClock(fixedClock('2026-08-02T12:00:00.000Z')),
  });
  return async (lines: readonly string[], wish: Partial<StatementToImport> = {}) => {
    const imported = await importer.import({
      ...{ tenantId: acme, terms, lines, preview: false, caller: aCaller() },
      ...{ agreedCurrency: 'USD', ...wish },
    });
    const { statementId, stored, totals, sameFileAs } = imported;
    const currencies = [...new Set(totals.map((each) => each.currency))];
    return { statementId, stored, currencies, sameFileAs };
  };
}

describe('a statement that says no currency', () => {
  it('is the same, in the same currency, when another one is agreed on meanwhile', async () => {
    const bring = await anImporter();
    const first = await bring(july);
    expect(first).toMatchObject({ stored: 2, currencies: ['USD'] });
    const preview = await bring(longer, { agreedCurrency: 'EUR', preview: true });
    expect(preview).toEqual({ ...first, stored: 0 });
    expect(await bring(longer, { agreedCurrency: 'EUR' })).toEqual({ ...first, stored: 1 });
  });

  it('is in the agreed currency of the day on which it is first brought in', async () => {
    const bring = await anImporter();
    const preview = await bring(july, { preview: true });
    const later = await bring(july, { agreedCurrency: 'EUR' });
    expect([preview.currencies, later.currencies]).toEqual([['USD'], ['EUR']]);
    expect(later.statementId).toBe(preview.statementId);
  });

  it('is the same as one that says that currency, whichever came first', async () => {
    const inDollars = { terms: { ...terms, currency: 'USD' } };
    for (const wishes of [
      [{}, inDollars],
      [inDollars, {}],
    ]) {
      const bring = await anImporter();
      const first = await bring(july, wishes[0]);
      expect(first).toMatchObject({ stored: 2, currencies: ['USD'] });
      expect(await bring(july, wishes[1])).toEqual({ ...first, stored: 0 });
    }
  });

  it('is refused in another currency than it was brought in, also in a preview', async () => {
    const bring = await anImporter();
    await bring(july);
    const inEuros = { terms: { ...terms, currency: 'EUR' } };
    for (const preview of [false, true]) {
      await expect(bring(july, { ...inEuros, preview })).rejects.toMatchObject({
        ...{ code: 'statement_currency_differs', details: { currency: 'USD' } },
      });
    }
    expect(await bring(july)).toMatchObject({ stored: 0, currencies: ['USD'] });
  });
});

describe('a statement', () => {
  const other = (from: string) => ({ ...terms, from: `2026-0${from}-01T00:00:00.000Z` });
  const idOf = (said: SaidTerms) => statementIdOf(acme, said);
  /** All of them are brought in, the last first, with these lines. */
  const lookup = (said: readonly SaidTerms[], lines: readonly string[]) => {
    const lineIds = said.flatMap((of) => lines.map((text) => lineIdOf(idOf(of), text)));
    const answers = [said.map(idOf), new Set(lineIds), lines.length];
    const [ofDestination, knownLines, countLines] = answers.map(
      (answer) => () => Promise.resolve(answer),
    );
    return { ofDestination, knownLines, countLines } as unknown as StatementLookup;
  };
  const found = async (said: readonly SaidTerms[], lines: readonly string[]) => {
    const bring = await anImporter(lookup(said, lines));
    const [preview, imported] = [await bring(july, { preview: true }), await bring(july)];
    expect(preview.sameFileAs).toBe(imported.sameFileAs);
    return imported.sameFileAs;
  };

  it('is said to be the same file as the latest other one with its first lines', async () => {
    expect(await found([other('5'), other('6')], longer)).toBe(idOf(other('5')));
    const inCents: SaidTerms = { ...terms, amountUnit: 'cents' };
    expect(await found([terms, inCents], july)).toBe(idOf(inCents));
  });

  it('is said to be the same file as a shorter one that it goes on from', async () => {
    expect(await found([other('6')], july.slice(0, 1))).toBe(idOf(other('6')));
  });

  it('is another file than one that only begins as it does', async () => {
    expect(await found([other('6')], [...july.slice(0, 1), 'another line'])).toBeNull();
  });

  it('is no other file than itself, nor than one that lacks a line of it', async () => {
    expect(await found([terms], july)).toBeNull();
    expect(await found([other('6')], july.slice(1))).toBeNull();
    expect(await found([], [])).toBeNull();
  });
});

describe('a statement of which no column is known', () => {
  const unnamed = [JSON.stringify({ 5125551313: '5125551212', '45.00': '40.00' })];

  it('is refused, also in a preview, and is not opened', async () => {
    const bring = await anImporter();
    for (const preview of [true, false]) {
      await expect(bring(unnamed, { preview })).rejects.toMatchObject({
        code: 'statement_not_understood',
      });
    }
    // The one that is opened first says the currency of all.
    expect(await bring(july, { agreedCurrency: 'EUR' })).toMatchObject({ currencies: ['EUR'] });
  });

  it('is taken once a name is given for one, and where it has no lines', async () => {
    const bring = await anImporter();
    const named = { ...terms, aliases: [{ field: 'caller', name: '5125551313' }] };
    expect(await bring(unnamed, { terms: named })).toMatchObject({ stored: 1 });
    expect(await bring([])).toMatchObject({ stored: 0 });
  });
});
