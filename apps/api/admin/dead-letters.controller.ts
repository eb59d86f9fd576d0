import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { Validated } from '../http/validated.pipe.js';
import { ListDeadLettersQuery, SkipRequest } from './admin.requests.js';
import {
  DeadLetterList,
  DeadLetterPage,
  deadLetterPage,
  deadLetterView,
} from './dead-letter.response.js';
import { ProjectionDesk } from './projection-desk.js';
import {
  locationOf,
  ProjectionRequestAnswer,
  requestAnswer,
} from './projection-request.response.js';

/** Events that a read model could not apply: to see, to try again, to give up (OP-2). */
@Controller('api/v1/admin/projections/:name')
export class DeadLettersController {
  constructor(private readonly desk: ProjectionDesk) {}

  @Get('dead-letters')
  @Access('operator')
  @DescribeRoute({
    summary: 'List dead letters of a read model',
    description:
      'By the rows they would change, those parked last first. No data of events or rows are told.',
    answers: { 200: DeadLetterPage },
    notFound: 'projection_not_found',
  })
  async list(
    @Param('name') name: string,
    @Query(Validated) query: ListDeadLettersQuery,
  ): Promise<DeadLetterPage> {
    await this.desk.projection(name);
    return deadLetterPage(await this.desk.deadLetters(Object.assign(query, { name })));
  }

  @Get('builds/:build/dead-letters/:key')
  @Access('operator')
  @DescribeRoute({
    summary: 'Show the dead letters of one row',
    description: 'The event that failed and those that wait behind it, in the order of the log.',
    answers: { 200: DeadLetterList },
    notFound: 'dead_letter_not_found',
  })
  async show(
    @Param('name') name: string,
    @Param('build') build: string,
    @Param('key') key: string,
  ): Promise<DeadLetterList> {
    return {
      data: (await this.desk.lettersOf(name, build, key)).map((letter) => deadLetterView(letter)),
    };
  }

  @Post('builds/:build/dead-letters/:key/retry')
  @HttpCode(202)
  @Access('operator')
  @DescribeRoute({
    summary: 'Apply dead letters again',
    description: 'After their cause is removed: the events of the row are applied in order.',
    answers: { 202: ProjectionRequestAnswer },
    notFound: 'dead_letter_not_found',
    idempotent: true,
  })
  retry(
    @CallingKeyOf() calling: Calling,
    @Param('name') name: string,
    @Param('build') build: string,
    @Param('key') key: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProjectionRequestAnswer> {
    return this.#ask(calling, 'retry', { name, build, key }, {}, reply);
  }

  @Post('builds/:build/dead-letters/:key/skip')
  @HttpCode(202)
  @Access('operator')
  @DescribeRoute({
    summary: 'Give a dead letter up',
    description:
      'The event that failed is left out for good, by later rebuilds too; those behind it are ' +
      'applied. Who did it and why is kept.',
    body: SkipRequest,
    answers: { 202: ProjectionRequestAnswer },
    notFound: 'dead_letter_not_found',
    idempotent: true,
  })
  skip(
    @CallingKeyOf() calling: Calling,
    @Param('name') name: string,
    @Param('build') build: string,
    @Param('key') key: string,
    @Body(Validated) { reason }: SkipRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProjectionRequestAnswer> {
    return this.#ask(calling, 'skip', { name, build, key }, { reason }, reply);
  }

  async #ask(
    calling: Calling,
    action: 'retry' | 'skip',
    { name, build, key }: { readonly name: string; readonly build: string; readonly key: string },
    details: Readonly<Record<string, unknown>>,
    reply: FastifyReply,
  ): Promise<ProjectionRequestAnswer> {
    await this.desk.lettersOf(name, build, key);
    const order = { action, name, build: Number(build), details: { ...details, key } };
    const request = await this.desk.ask(calling, order);
    reply.header('location', locationOf(request));
    return requestAnswer(request);
  }
}
