import { Controller, Delete, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { type Order, ProjectionDesk } from './projection-desk.js';
import {
  locationOf,
  ProjectionRequestAnswer,
  requestAnswer,
} from './projection-request.response.js';
import {
  BuildAnswer,
  buildView,
  ProjectionAnswer,
  ProjectionList,
  projectionView,
} from './projection.response.js';

/** Read models, as whoever runs the installation watches and steers them (OP-1, OP-2). */
@Controller('api/v1/admin/projections')
export class ProjectionsController {
  constructor(private readonly desk: ProjectionDesk) {}

  @Get()
  @Access('operator')
  @DescribeRoute({
    summary: 'List read models',
    description: 'All of them, with their builds, lag, audit and dead letters.',
    answers: { 200: ProjectionList },
  })
  async list(): Promise<ProjectionList> {
    return { data: (await this.desk.list()).map(projectionView) };
  }

  @Get(':name')
  @Access('operator')
  @DescribeRoute({
    summary: 'Read a read model',
    description: 'With its builds, lag, audit and dead letters.',
    answers: { 200: ProjectionAnswer },
    notFound: 'projection_not_found',
  })
  async one(@Param('name') name: string): Promise<ProjectionAnswer> {
    return { data: projectionView(await this.desk.projection(name)) };
  }

  @Post(':name/rebuilds')
  @HttpCode(202)
  @Access('operator')
  @DescribeRoute({
    summary: 'Rebuild a read model',
    description:
      'Fills a new table from the whole log beside the one that is served, verifies it and ' +
      'switches to it. Location is where its progress is, or the request while no worker runs.',
    answers: { 202: ProjectionRequestAnswer },
    notFound: 'projection_not_found',
    idempotent: true,
  })
  async rebuild(
    @CallingKeyOf() calling: Calling,
    @Param('name') name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProjectionRequestAnswer> {
    await this.desk.projection(name);
    return this.#ask(calling, { action: 'rebuild', name }, reply);
  }

  @Get(':name/rebuilds/:build')
  @Access('operator')
  @DescribeRoute({
    summary: 'Follow a rebuild',
    description: 'How far it is, and in the end what its verification found.',
    answers: { 200: BuildAnswer },
    notFound: 'build_not_found',
  })
  async progress(@Param('name') name: string, @Param('build') build: string): Promise<BuildAnswer> {
    return { data: buildView(await this.desk.build(name, build)) };
  }

  @Post(':name/rebuilds/:build/cancel')
  @HttpCode(202)
  @Access('operator')
  @DescribeRoute({
    summary: 'Cancel a rebuild',
    description: 'What is filled stays, so that it can be resumed. The served table is untouched.',
    answers: { 202: ProjectionRequestAnswer },
    notFound: 'build_not_found',
    idempotent: true,
  })
  cancel(
    @CallingKeyOf() calling: Calling,
    @Param('name') name: string,
    @Param('build') build: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProjectionRequestAnswer> {
    return this.#askOfBuild(calling, 'cancel', name, build, reply);
  }

  @Post(':name/rebuilds/:build/resume')
  @HttpCode(202)
  @Access('operator')
  @DescribeRoute({
    summary: 'Resume a rebuild',
    description: 'Goes on with a cancelled or failed one where it stood.',
    answers: { 202: ProjectionRequestAnswer },
    notFound: 'build_not_found',
    idempotent: true,
  })
  resume(
    @CallingKeyOf() calling: Calling,
    @Param('name') name: string,
    @Param('build') build: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProjectionRequestAnswer> {
    return this.#askOfBuild(calling, 'resume', name, build, reply);
  }

  @Post(':name/rollback')
  @HttpCode(202)
  @Access('operator')
  @DescribeRoute({
    summary: 'Go back to the build before',
    description: 'Brings the kept build up to date, and then serves it again.',
    answers: { 202: ProjectionRequestAnswer },
    notFound: 'projection_not_found',
    idempotent: true,
  })
  async rollback(
    @CallingKeyOf() calling: Calling,
    @Param('name') name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProjectionRequestAnswer> {
    await this.desk.projection(name);
    return this.#ask(calling, { action: 'rollback', name }, reply);
  }

  @Delete(':name/builds/:build')
  @HttpCode(202)
  @Access('operator')
  @DescribeRoute({
    summary: 'Drop a build',
    description: 'Removes one that is kept, cancelled or failed, with its table.',
    answers: { 202: ProjectionRequestAnswer },
    notFound: 'build_not_found',
  })
  drop(
    @CallingKeyOf() calling: Calling,
    @Param('name') name: string,
    @Param('build') build: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProjectionRequestAnswer> {
    return this.#askOfBuild(calling, 'drop', name, build, reply);
  }

  async #askOfBuild(
    calling: Calling,
    action: Order['action'],
    name: string,
    number: string,
    reply: FastifyReply,
  ): Promise<ProjectionRequestAnswer> {
    const { build } = await this.desk.build(name, number);
    return this.#ask(calling, { action, name, build }, reply);
  }

  async #ask(
    calling: Calling,
    order: Order,
    reply: FastifyReply,
  ): Promise<ProjectionRequestAnswer> {
    const request = await this.desk.ask(calling, order);
    reply.header('location', locationOf(request));
    return requestAnswer(request);
  }
}
