import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiProduces, ApiQuery } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { Validated } from '../http/validated.pipe.js';
import { ListTransfersQuery, ReadTransferQuery, withCampaign } from './report.requests.js';
import { TransferListing } from './transfer-listing.js';
import { TransferDetail, TransferPage } from './transfer.response.js';

@Controller('v1/transfers')
export class TransfersController {
  constructor(private readonly listing: TransferListing) {}

  @Get()
  @Access('read')
  @DescribeRoute({
    summary: 'List transfers with what they are worth, the latest call first',
    description:
      'Filtered as reports are, so that it shows what is behind a line; page by page. As CSV, all ' +
      'of them at once. campaign.<name>=… narrows down by values of the campaign.',
    answers: { 200: TransferPage },
  })
  @ApiQuery({ type: ListTransfersQuery })
  @ApiProduces('application/json', 'text/csv')
  async list(
    @CallingKeyOf() calling: Calling,
    @Query() raw: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TransferPage | Readable> {
    const given = withCampaign(raw, ListTransfersQuery);
    if (given.query.format === 'json') return this.listing.page(calling, given);
    const lines = await this.listing.csv(calling, given);
    reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="transfers.csv"');
    return Readable.from(lines);
  }

  @Get(':id')
  @Access('read')
  @DescribeRoute({
    summary: 'Read a transfer and what its worth rests on',
    description: 'With every entry of the ledger, every report that counts, and where to read on.',
    answers: { 200: TransferDetail },
    notFound: 'transfer_not_found',
  })
  one(
    @CallingKeyOf() calling: Calling,
    @Param('id') id: string,
    @Query(Validated) query: ReadTransferQuery,
  ): Promise<TransferDetail> {
    return this.listing.one(calling, id, query);
  }
}
