import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiProduces, ApiQuery } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { csvLine } from '../http/csv-text.js';
import { POSITION_HEADER } from '../http/position-header.js';
import { Validated } from '../http/validated.pipe.js';
import { CallingReportDesk } from './calling-report-desk.js';
import { CallingReportQuery } from './calling-report.requests.js';
import { CallingReportView } from './calling-report.response.js';
import {
  AGEING_COLUMNS,
  ageingCells,
  reportCells,
  reportColumns,
  totalCells,
} from './report-figures.js';
import { groupingOf } from './report-grouping.js';
import { datesOf } from './report-period.js';
import { RevenueReportQuery, withCampaign } from './report.requests.js';
import { RevenueReportView } from './report.response.js';
import { RevenueReportDesk } from './revenue-report-desk.js';

@Controller('v1/reports')
export class ReportsController {
  constructor(
    private readonly desk: RevenueReportDesk,
    private readonly calling: CallingReportDesk,
  ) {}

  @Get('calling')
  @Access('read')
  @DescribeRoute({
    summary: 'Report what became of calls',
    description:
      'Day by day, with the calls behind every line; and the share of people who answered and heard ' +
      'nothing for more than two seconds, over the 30 days that the law counts.',
    answers: { 200: CallingReportView },
  })
  callingReport(
    @CallingKeyOf() calling: Calling,
    @Query(Validated) query: CallingReportQuery,
  ): Promise<CallingReportView> {
    return this.calling.report(calling, query);
  }

  @Get('revenue')
  @Access('read')
  @DescribeRoute({
    summary: 'Report revenue of a period',
    description:
      'What transfers are estimated to be worth and what buyers report, as known now, as it was ' +
      'known at any moment, or as first reported. Every line, total and age names the transfers behind it. ' +
      'campaign.<name>=… narrows down by values of the campaign. CSV has the same columns always, ' +
      'then those of the campaign; its last lines are the totals, one for each currency, with ' +
      '`total` in the first column. With part=ageing it is what nobody has confirmed yet, by age. ' +
      'Its name and the header x-report-period tell the period.',
    answers: { 200: RevenueReportView },
  })
  @ApiQuery({ type: RevenueReportQuery })
  @ApiProduces('application/json', 'text/csv')
  async revenue(
    @CallingKeyOf() calling: Calling,
    @Query() raw: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RevenueReportView | Readable> {
    const given = withCampaign(raw, RevenueReportQuery);
    const report = await this.desk.report(calling, given);
    return given.query.format === 'json' ? report : asCsv(reply, report, given.query);
  }
}

/** The lines as a download, then the totals. Its name tells the first and the last day. */
function asCsv(
  reply: FastifyReply,
  report: RevenueReportView,
  { part, group_by }: RevenueReportQuery,
): Readable {
  const { period, as_of } = report;
  const { from, to, tz } = period;
  const title = part === 'ageing' ? 'revenue-ageing' : 'revenue';
  const name = `${title}-${datesOf({ from, to, timeZone: tz }).join('-')}.csv`;
  if (as_of.position !== null) reply.header(POSITION_HEADER, as_of.position);
  reply
    .type('text/csv; charset=utf-8')
    .header('x-report-period', `${from}/${to} ${tz}`)
    .header('content-disposition', `attachment; filename="${name}"`);
  if (part === 'ageing') return Readable.from(ageingOf(report));
  return Readable.from(csvOf(report, groupingOf(group_by).byCampaign));
}

function* ageingOf({ totals }: RevenueReportView) {
  yield csvLine(AGEING_COLUMNS);
  for (const { currency, unconfirmed } of totals) {
    for (const each of unconfirmed) yield csvLine(ageingCells(currency, each));
  }
}

function* csvOf({ lines, totals }: RevenueReportView, byCampaign: readonly string[]) {
  yield csvLine(reportColumns(byCampaign));
  for (const line of lines) yield csvLine(reportCells(line, byCampaign));
  for (const total of totals) yield csvLine(totalCells(total, byCampaign));
}
