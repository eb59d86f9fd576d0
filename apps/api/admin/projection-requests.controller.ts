import { Controller, Get, Param } from '@nestjs/common';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { ProjectionDesk } from './projection-desk.js';
import { ProjectionRequestAnswer, requestAnswer } from './projection-request.response.js';

/** What was asked about read models: by whom, when, and what became of it. */
@Controller('api/v1/admin/projection-requests')
export class ProjectionRequestsController {
  constructor(private readonly desk: ProjectionDesk) {}

  @Get(':id')
  @Access('operator')
  @DescribeRoute({
    summary: 'Read a request about a read model',
    description: 'Who asked for what, and what the worker said to it.',
    answers: { 200: ProjectionRequestAnswer },
    notFound: 'projection_request_not_found',
  })
  async one(@Param('id') id: string): Promise<ProjectionRequestAnswer> {
    return requestAnswer(await this.desk.request(id));
  }
}
