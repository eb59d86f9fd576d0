import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StatementEvent } from '#events/revenue';
import { type DomainEvent, type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, foldInMemory, inTenant } from '#libs/read-db';
import {
  applyEvents,
  type FreshDatabase,
  freshDatabase,
  history,
  postbackIgnored,
  postbackLeftUnmatched,
  postbackReceived,
  postbackSettled,
  storedEvent,
} from '#libs/testing';
import { postbackInboxProjection } from '#projections/postback-inbox';
import {
  listStatements,
  type StatementFilter,
  statementListProjection,
} from '#projections/statement-list';

const acme = 'acme' as TenantId;
const projections = [statementListProjection, postbackInboxProjection];

const statementOpened = (statementId: string, data: Partial<StatementEvent['data']> = {}) =>
  ({
    type: 'StatementOpened',
    data: {
      ...{ statementId, destinationId: 'buyer-1', timeZone: 'UTC', currency: 'USD' },
      ...{ from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' },
      ...{ amountUnit: 'by_name', aliases: [], openedAt: '2026-02-02T12:00:00.000Z' },
      ...data,
    },
  }) as const satisfies StatementEvent;

/** A row of a statement, and what has become of it. */
function row(tokenId: string, postbackId: string, ...then: DomainEvent[]): DomainEvent[] {
  return [postbackReceived({ tokenId, postbackId, method: 'IMPORT' }), ...then];
}

/** January and February of one buyer, January of another one, which has no rows. */
const events: DomainEvent[] = [
  statementOpened('january'),
  ...row('january', 'a', postbackSettled({ postbackId: 'a' })),
  ...row('january', 'b', postbackSettled({ postbackId: 'b', outcome: 'duplicate' })),
  ...row('january', 'c', postbackIgnored({ postbackId: 'c' })),
  statementOpened('february', {
    ...{ from: '2026-02-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' },
    ...{ openedAt: '2026-03-02T12:00:00.000Z', currency: 'EUR' },
    aliases: [{ field: 'caller', name: 'Prospect Ph' }],
  }),
  ...row('february', 'd', postbackSettled({ postbackId: 'd' })),
  ...row('february', 'e', postbackLeftUnmatched({ postbackId: 'e' })),
  ...row('february', 'f'),
  statementOpened('other', { destinationId: 'buyer-2' }),
];

let fresh: FreshDatabase;
let api: Database;
let worker: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: projections });
  api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  const ours = events.map((event, index) => storedEvent(event, BigInt(index + 1)));
  const foreign = storedEvent(statementOpened('foreign'), 100n, { tenantId: 'zenith' });
  await applyEvents(worker, projections, [...ours, foreign]);
});
afterAll(async () => {
  await Promise.all([api.close(), worker.close()]);
  await fresh.drop();
});

const list = (filter: StatementFilter = {}, page: object = {}, tenantId = acme) =>
  inTenant(api, tenantId, (transaction) => listStatements(transaction, filter, page));
const idsOf = async (filter: StatementFilter) =>
  (await list(filter)).items.map(({ statementId }) => statementId);

describe('a statement', () => {
  it('is listed with what it covers and how it is read', () => {
    expect(foldInMemory(statementListProjection, history([statementOpened('january')]))).toEqual([
      {
        ...{ tenantId: 'acme', statementId: 'january', destinationId: 'buyer-1' },
        ...{ periodFrom: '2026-01-01T00:00:00.000Z', periodTo: '2026-02-01T00:00:00.000Z' },
        ...{ timeZone: 'UTC', currency: 'USD', amountUnit: 'by_name', aliasCount: 0 },
        openedAt: '2026-02-02T12:00:00.000Z',
      },
    ]);
  });
});

describe('statements', () => {
  it('come the last first, with what has become of their rows', async () => {
    expect((await list()).items).toMatchObject([
      {
        ...{ statementId: 'february', status: 'waiting', rows: 3, matchedRows: 1 },
        ...{ unmatchedRows: 2, ignoredRows: 0, currency: 'EUR', aliasCount: 1 },
      },
      { statementId: 'other', status: 'settled', rows: 0, matchedRows: 0 },
      {
        ...{ statementId: 'january', status: 'settled', rows: 3, matchedRows: 2 },
        ...{ unmatchedRows: 0, ignoredRows: 1 },
      },
    ]);
  });

  it('are a tenant’s own', async () => {
    expect((await list({}, {}, 'zenith' as TenantId)).items).toMatchObject([
      { statementId: 'foreign' },
    ]);
    expect((await list({}, {}, 'nobody' as TenantId)).items).toEqual([]);
  });

  it('can be narrowed down', async () => {
    expect(await idsOf({ statementId: 'january' })).toEqual(['january']);
    expect(await idsOf({ destinationId: 'buyer-2' })).toEqual(['other']);
    expect(await idsOf({ status: 'waiting' })).toEqual(['february']);
    expect(await idsOf({ status: 'settled', destinationId: 'buyer-1' })).toEqual(['january']);
    expect(await idsOf({ from: '2026-02-01T00:00:00.000Z' })).toEqual(['february']);
    expect(await idsOf({ to: '2026-02-01T00:00:00.000Z' })).toEqual(['other', 'january']);
  });

  it('come in pages', async () => {
    const first = await list({}, { limit: 2 });
    const second = await list({}, { limit: 2, cursor: first.nextCursor });
    expect(second.items).toMatchObject([{ statementId: 'january' }]);
    expect(second.nextCursor).toBeNull();
  });
});
