import { type TenantId } from '#libs/kernel';
import {
  connectDatabase,
  type Database,
  inTenant,
  migrate,
  type TenantTransaction,
} from '#libs/read-db';
import { postbackInboxProjection, reportHits, unmatchedRevenue } from '#projections/postback-inbox';
import { ledgerByDay, revenueLedgerProjection } from '#projections/revenue-ledger';
import {
  reportRevenue,
  transferRevenueProjection,
  unconfirmedByAge,
} from '#projections/transfer-revenue';
import { launchPostgres } from '../../apps/cli/launch/launch-postgres.js';
import { percentile } from '../intake/percentile.js';
import { type Benchmark } from '../main.js';
import { fillRevenue } from './made-up-revenue.js';

const TENANT = 'demo' as TenantId;
const TRANSFERS = 200_000;
const UNTIL = '2026-07-01T00:00:00.000Z';
const MONTH_AGO = '2026-06-01T00:00:00.000Z';
const ROUNDS = 7;
const ZONE = 'America/New_York';

/** How long a question takes, in milliseconds. */
interface Took {
  readonly median: number;
  readonly most: number;
}

/** What reports cost as queries: of a month of a year’s transfers, and of a month with as many. */
export const benchmark: Benchmark = {
  summary: 'measures what reports of revenue cost as queries over 200,000 transfers',
  async run() {
    return {
      transfers: TRANSFERS,
      monthOfAYear: await measured(365),
      monthWithAllOfThem: await measured(30),
    };
  },
};

async function measured(days: number): Promise<Record<string, Took>> {
  const { url, stop } = await launchPostgres({ name: 'reports', durable: false });
  try {
    const projections = [
      transferRevenueProjection,
      postbackInboxProjection,
      revenueLedgerProjection,
    ];
    await migrate(url, projections);
    const patient = { url, applicationName: 'bench', statementTimeoutMs: 600_000 };
    const owner = connectDatabase({ ...patient, role: 'owner' });
    await fillRevenue(owner, { tenantId: TENANT, transfers: TRANSFERS, days, until: UNTIL });
    await owner.close();
    const api = connectDatabase({ ...patient, role: 'api' });
    const took = await timesOf(api);
    await api.close();
    return took;
  } finally {
    await stop();
  }
}

const month = {
  ...{ mode: 'live' as const, from: MONTH_AGO, to: UNTIL, timeZone: ZONE },
  ...{ byCampaign: [], filter: {}, limit: 50_001 },
};
const now = { ...month, asOf: null, sense: 'now' as const };
const then = { ...now, asOf: '2026-06-20T00:00:00.000Z' };
const day = ['day'] as const;

/** Each question as the api asks it. */
const QUESTIONS: Readonly<Record<string, (transaction: TenantTransaction) => Promise<unknown>>> = {
  revenueByDay: (transaction) => reportRevenue(transaction, { ...now, by: day }),
  revenueByDayAndDestination: (transaction) =>
    reportRevenue(transaction, { ...now, by: ['day', 'destination'] }),
  revenueByDayAsOf: (transaction) => reportRevenue(transaction, { ...then, by: day }),
  hitsByDay: (transaction) => reportHits(transaction, { ...now, by: day }),
  wholeReport: async (transaction) => {
    await reportRevenue(transaction, { ...now, by: day });
    await reportHits(transaction, { ...now, by: day });
    await reportRevenue(transaction, { ...now, by: [] });
    await reportHits(transaction, { ...now, by: [] });
    await unconfirmedByAge(transaction, now, UNTIL);
  },
  ledgerByDay: (transaction) => ledgerByDay(transaction, { ...month, asOf: null }),
  unmatchedRevenue: (transaction) => unmatchedRevenue(transaction),
};

async function timesOf(api: Database): Promise<Record<string, Took>> {
  const took: Record<string, Took> = {};
  for (const [name, question] of Object.entries(QUESTIONS)) {
    const times: number[] = [];
    for (let round = -1; round < ROUNDS; round += 1) {
      const startedAt = performance.now();
      await inTenant(api, TENANT, question);
      // The first one fills the cache.
      if (round >= 0) times.push(performance.now() - startedAt);
    }
    took[name] = { median: rounded(percentile(times, 0.5)), most: rounded(Math.max(...times)) };
    console.error(name, took[name]);
  }
  return took;
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
