import { Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiProduces,
  ApiQuery,
  getSchemaPath,
} from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Readable } from 'node:stream';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { Validated } from '../http/validated.pipe.js';
import { StatementDesk } from './statement-desk.js';
import { ListStatementsQuery } from './statement-list.requests.js';
import { StatementPage } from './statement-list.response.js';
import { StatementListing } from './statement-listing.js';
import { StatementFile, StatementQuery, StatementRequest } from './statement.requests.js';
import { StatementView } from './statement.response.js';

@Controller('v1/statements')
export class StatementsController {
  constructor(
    private readonly desk: StatementDesk,
    private readonly listing: StatementListing,
  ) {}

  @Get()
  @Access('read')
  @DescribeRoute({
    summary: 'List statements of buyers, the last brought in first',
    description:
      'What each covers, how its rows are read, and how many of them count for a transfer or wait ' +
      'for one, page by page. In what a statement differs is answered when it is sent again, which ' +
      'changes nothing.',
    answers: { 200: StatementPage },
  })
  list(
    @CallingKeyOf() { key }: Calling,
    @Query(Validated) query: ListStatementsQuery,
  ): Promise<StatementPage> {
    return this.listing.page(key.tenantId, query);
  }

  @Post()
  @HttpCode(200)
  @Access('write')
  @DescribeRoute({
    summary: 'Import a statement of a buyer',
    description:
      'Each row is read, stored and matched like a postback; the same statement again changes ' +
      'nothing. Answers in what it differs from our ledger without it: what they lack, what we lack, ' +
      'and where amounts or durations differ. JSON with its options and rows, up to 16 MiB; or CSV, ' +
      'alone with the options in the address, or in a form with the file last. At most 200,000 rows.',
    answers: { 200: StatementView },
  })
  @ApiQuery({ type: StatementQuery })
  @ApiConsumes('application/json', 'text/csv', 'multipart/form-data')
  @ApiProduces('application/json', 'text/csv')
  @ApiExtraModels(StatementRequest, StatementFile)
  @ApiBody({
    description: 'JSON; or CSV, whose first row names the columns, alone or in a form.',
    schema: {
      oneOf: [
        { $ref: getSchemaPath(StatementRequest) },
        { type: 'string' },
        { $ref: getSchemaPath(StatementFile) },
      ],
    },
  })
  receive(
    @CallingKeyOf() calling: Calling,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StatementView | Readable> {
    return this.desk.receive(calling, request, reply);
  }
}
