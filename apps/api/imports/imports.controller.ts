import { ImportReader } from '#libs/leads';
import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiProduces,
  ApiQuery,
  getSchemaPath,
} from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { Validated } from '../http/validated.pipe.js';
import { ImportDesk } from './import-desk.js';
import { ImportFile, ImportOptions, ListImportsQuery, OutcomesQuery } from './import.requests.js';
import { ImportDryRun, ImportList, importStatus, ImportStatusView } from './import.response.js';

@Controller('v1/imports')
export class ImportsController {
  constructor(
    private readonly desk: ImportDesk,
    private readonly reader: ImportReader,
  ) {}

  @Post()
  @HttpCode(202)
  @Access('write')
  @DescribeRoute({
    summary: 'Import a CSV file',
    description:
      'Answers once the whole file is stored; its rows are then taken in the background, like ' +
      'posted leads. The same file with the same mapping is the same import: sending it again ' +
      'changes nothing. As a form, the file comes last. At most 100 MiB.',
    answers: { 200: ImportDryRun, 202: ImportStatusView },
  })
  @ApiQuery({ type: ImportOptions })
  @ApiConsumes('text/csv', 'multipart/form-data')
  @ApiExtraModels(ImportFile)
  @ApiBody({
    description: 'The CSV itself, or a form with it; its first row names the columns.',
    schema: { oneOf: [{ type: 'string' }, { $ref: getSchemaPath(ImportFile) }] },
  })
  receive(
    @CallingKeyOf() calling: Calling,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ImportStatusView | ImportDryRun> {
    return this.desk.receive(calling, request, reply);
  }

  @Get()
  @Access('read')
  @DescribeRoute({
    summary: 'List imports, newest first',
    description: 'How far each has come, and what became of its rows.',
    answers: { 200: ImportList },
  })
  async list(
    @CallingKeyOf() { key }: Calling,
    @Query(Validated) { limit }: ListImportsQuery,
  ): Promise<ImportList> {
    const imports = await this.reader.list(key.tenantId, limit);
    return { imports: imports.map(importStatus) };
  }

  @Get(':id')
  @Access('read')
  @DescribeRoute({
    summary: 'Read how far an import has come',
    description: 'Current to the last 200 rows.',
    answers: { 200: ImportStatusView },
    notFound: 'import_not_found',
  })
  async one(@CallingKeyOf() { key }: Calling, @Param('id') id: string): Promise<ImportStatusView> {
    return importStatus(await this.reader.find(key.tenantId, id));
  }

  @Get(':id/outcomes')
  @Access('read')
  @DescribeRoute({
    summary: 'Download what became of each row',
    description: 'CSV: row, outcome, lead_id, status, reason. Also while the import is running.',
    answers: { 200: null },
    notFound: 'import_not_found',
  })
  @ApiProduces('text/csv')
  outcomes(
    @CallingKeyOf() calling: Calling,
    @Param('id') id: string,
    @Query(Validated) query: OutcomesQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.desk.outcomes(calling, id, query, reply);
  }
}
