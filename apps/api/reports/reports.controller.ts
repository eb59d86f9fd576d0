import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiProduces, ApiQuery } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { csvLine } from '../http/csv-text.js';
import { POSITION_HEADER } from '../http/position-header.js';
import { reportCells, reportColumns } from './report-figures.js';
import { groupingOf } from './report-grouping.js';
import { RevenueReportQuery, withCampaign } from './report.requests.js';
import { RevenueReportView } from './report.response.js';
import { RevenueReportDesk } from './revenue-report-desk.js';

@Controller('v1/reports')
export class ReportsController {
  constructor(private readonly desk: RevenueReportDesk) {}

  @Get('revenue')
  @Access('read')
  @DescribeRoute({
    summary: 'Report revenue of a period',
    description:
      'What transfers are estimated to be worth and what buyers report, as known now, as it was ' +
      'known at any moment, or as first reported. Every line names the transfers behind it. ' +
      'campaign.<name>=… narrows down by values of the campaign. CSV has the same columns always.',
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
    return given.query.format === 'json'
      ? report
      : asCsv(reply, report, groupingOf(given.query.group_by).byCampaign);
  }
}

/** The lines as a download; the totals are their sums. */
function asCsv(
  reply: FastifyReply,
  { lines, period, as_of }: RevenueReportView,
  byCampaign: readonly string[],
): Readable {
  const name = `revenue-${period.from.slice(0, 10)}-${period.to.slice(0, 10)}.csv`;
  if (as_of.position !== null) reply.header(POSITION_HEADER, as_of.position);
  reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}"`);
  return Readable.from(csvOf(lines, byCampaign));
}

function* csvOf(lines: RevenueReportView['lines'], byCampaign: readonly string[]) {
  yield csvLine(reportColumns(byCampaign));
  for (const line of lines) yield csvLine(reportCells(line, byCampaign));
}
