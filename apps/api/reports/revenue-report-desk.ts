import { systemClock } from '#libs/kernel';
import { validationFailed } from '#libs/leads';
import { type Database, inTenantAtOneMoment, type TenantTransaction } from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import { setImmediate as anotherTurn } from 'node:timers/promises';
import { destinationNames } from '#projections/destination-list';
import { type HitReportRequest, reportHits } from '#projections/postback-inbox';
import {
  reportRevenue,
  type RevenueReportRequest,
  unconfirmedByAge,
} from '#projections/transfer-revenue';
import { type AnswerAsOf, answerAsOf } from '../http/answer-as-of.js';
import { type Calling } from '../http/calling.js';
import { leastStandingOf } from '../http/least-standing.js';
import { DATABASE } from '../wiring/tokens.js';
import { ageingUrl, postbacksUrl, transfersUrl, unmatchedUrl } from './drill-down.js';
import { figuresView, lineView, unconfirmedView } from './report-figures.js';
import { type Grouping, groupingOf, hitGroupingOf } from './report-grouping.js';
import { ReportMoment } from './report-moment.js';
import { daysAtMost, instantOf, periodOrLastDays, type ReportPeriod } from './report-period.js';
import { filterOf, type RevenueReportQuery, type WithCampaign } from './report.requests.js';
import { type RevenueReportView, type RevenueTotalView } from './report.response.js';
import { reportLines, type ReportLine, withEmptyDays } from './revenue-lines.js';

const READ_MODELS = ['transfer_revenue', 'postback_inbox'];
/** More belong in narrower reports: each is built in memory before it is sent. */
const LINES_MAX = 50_000;
const LINES_PER_TURN = 100;

interface Plan {
  readonly period: ReportPeriod;
  readonly grouping: Grouping;
  readonly revenue: RevenueReportRequest;
  /** `null` where hits cannot be told apart, or filtered, in the same way. */
  readonly hits: HitReportRequest | null;
  readonly hitTotals: HitReportRequest | null;
  /** Ages are counted until then. */
  readonly until: string;
}

/** Reports revenue of a period (RP-3, PB-11). */
@Injectable()
export class RevenueReportDesk {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    private readonly moment: ReportMoment,
  ) {}

  async report(
    { key }: Calling,
    given: WithCampaign<RevenueReportQuery>,
  ): Promise<RevenueReportView> {
    const { query } = given;
    const plan = planOf(given, key.mode);
    const { asOf } = plan.revenue;
    const { waitFor } = query;
    await this.moment.reached(key.tenantId, { readModels: READ_MODELS, asOf, waitFor });
    const [as_of, lines, totals] = await inTenantAtOneMoment(
      this.database,
      key.tenantId,
      async (transaction) => [
        await asOfAnswer(transaction, asOf),
        await linesOf(transaction, plan, query.empty_groups === 'true'),
        await totalsOf(transaction, plan, given),
      ],
    );
    const { from, to, timeZone: tz } = plan.period;
    return {
      ...{ period: { from, to, tz }, sense: query.sense, group_by: wordsOf(plan.grouping) },
      lines: await inTurns(lines, (line) => lineView(line, linksOf(line, given, plan))),
      ...{ totals, as_of },
    };
  }
}

async function asOfAnswer(
  transaction: TenantTransaction,
  asOf: string | null,
): Promise<AnswerAsOf> {
  const standing = await leastStandingOf(transaction, READ_MODELS);
  return answerAsOf(standing, asOf === null ? undefined : { kind: 'instant', instant: asOf });
}

function planOf(given: WithCampaign<RevenueReportQuery>, mode: Calling['key']['mode']): Plan {
  const { query } = given;
  const asOf = query.as_of === undefined ? null : instantOf(query.as_of, query.tz);
  const until = asOf ?? systemClock.now().toISOString();
  const period = periodOrLastDays(query, query.tz, until);
  const grouping = groupingOf(query.group_by);
  const filter = filterOf(given);
  const revenue = { mode, ...period, asOf, sense: query.sense, ...grouping, filter };
  // A hit names no lead, so it has neither source nor campaign.
  const hitsFit = filter.source === undefined && filter.campaign === undefined;
  const by = hitsFit ? hitGroupingOf(grouping) : null;
  const ofHits = { mode, ...period, asOf, filter };
  return {
    ...{ period, grouping, revenue: { ...revenue, limit: LINES_MAX + 1 } },
    hits: by === null ? null : { ...ofHits, by },
    hitTotals: hitsFit ? { ...ofHits, by: [] } : null,
    until,
  };
}

function wordsOf({ by, byCampaign }: Grouping): string[] {
  return [...by, ...byCampaign.map((name) => `campaign.${name}`)];
}

async function linesOf(
  transaction: TenantTransaction,
  { revenue, hits, grouping, period }: Plan,
  withEmpty: boolean,
): Promise<ReportLine[]> {
  const told = await reportRevenue(transaction, revenue);
  if (told.length > LINES_MAX) throw tooManyLines();
  const ofHits = hits === null ? null : await reportHits(transaction, hits);
  const lines = await named(transaction, reportLines(told, ofHits, grouping));
  if (!withEmpty || wordsOf(grouping).join() !== 'day') return lines;
  const currencies = new Set(lines.map(({ currency }) => currency));
  if (currencies.size === 0) return lines;
  if (lines.length + currencies.size * daysAtMost(period) > LINES_MAX) throw tooManyLines();
  return withEmptyDays(lines, period);
}

/** Others are answered between the turns: a line takes some 80 µs, most of it to tell its days. */
async function inTurns<Item, View>(
  items: readonly Item[],
  view: (item: Item) => View,
): Promise<View[]> {
  const views: View[] = [];
  for (const [index, item] of items.entries()) {
    if (index % LINES_PER_TURN === LINES_PER_TURN - 1) await anotherTurn();
    views.push(view(item));
  }
  return views;
}

/** Where there are hits alone, no transfer tells how its destination is called. */
async function named(
  transaction: TenantTransaction,
  lines: readonly ReportLine[],
): Promise<ReportLine[]> {
  const idOf = ({ group, destinationName }: ReportLine) =>
    destinationName === null ? (group['destination'] ?? null) : null;
  const ids = new Set(lines.flatMap((line) => idOf(line) ?? []));
  const names = await destinationNames(transaction, [...ids]);
  return lines.map((line) => {
    const destinationName = line.destinationName ?? names.get(idOf(line) ?? '') ?? null;
    return { ...line, destinationName };
  });
}

async function totalsOf(
  transaction: TenantTransaction,
  plan: Plan,
  given: WithCampaign<RevenueReportQuery>,
): Promise<RevenueTotalView[]> {
  const { revenue, hitTotals, until } = plan;
  const whole = { ...revenue, by: [], byCampaign: [] };
  const told = await reportRevenue(transaction, whole);
  const hits = hitTotals === null ? null : await reportHits(transaction, hitTotals);
  const waiting = await unconfirmedByAge(transaction, revenue, until, revenue.filter);
  return reportLines(told, hits, { by: [], byCampaign: [] }).map((total) => ({
    ...figuresView(total),
    unconfirmed: waiting
      .filter(({ currency }) => currency === total.currency)
      .map((each) => unconfirmedView(each, ageingUrl(each, given, plan))),
    ...linksOf(total, given, plan),
  }));
}

/** Where the transfers and the hits behind figures are. */
function linksOf(line: ReportLine, given: WithCampaign<RevenueReportQuery>, plan: Plan) {
  const postbacks_url = postbacksUrl(line, given, plan);
  const transfers_url = transfersUrl(line, given, plan.period);
  return { transfers_url, postbacks_url, unmatched_url: unmatchedUrl(postbacks_url) };
}

function tooManyLines() {
  const message = `makes more than ${LINES_MAX} lines: shorten the period, or group by less`;
  return validationFailed([{ field: 'group_by', code: 'too_many', message }]);
}
