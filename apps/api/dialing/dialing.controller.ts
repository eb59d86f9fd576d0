import {
  ChangeDialingCommand,
  type DialingChange,
  GetDialingQuery,
  GetDialingVersionsQuery,
} from '#libs/calls';
import { Body, Controller, Get, HttpCode, Param, Post, Put, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { type FastifyReply } from 'fastify';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { Validated } from '../http/validated.pipe.js';
import { DialingReason, DialingWish, wishOf } from './dialing.requests.js';
import {
  answerDialing,
  DialingVersions,
  dialingVersions,
  DialingView,
  dialingView,
} from './dialing.response.js';

@Controller('v1/dialing')
export class DialingController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Access('read')
  @DescribeRoute({
    summary: 'Read how you dial',
    description: 'The settings in force, whether the emergency stop is pulled, and who waits.',
    answers: { 200: DialingView },
  })
  async read(@CallingKeyOf() { key }: Calling): Promise<DialingView> {
    return dialingView(await this.queries.execute(new GetDialingQuery(key.tenantId)));
  }

  @Get('versions')
  @Access('read')
  @DescribeRoute({
    summary: 'List every version of the settings',
    description:
      'Newest first, with who made it, when and why. Calls name the version they rest on.',
    answers: { 200: DialingVersions },
  })
  async versions(@CallingKeyOf() { key }: Calling): Promise<DialingVersions> {
    return dialingVersions(await this.queries.execute(new GetDialingVersionsQuery(key.tenantId)));
  }

  @Put()
  @Access('write')
  @DescribeRoute({
    summary: 'Configure dialing',
    description:
      'Leads are dialed once this was done the first time. Settings left out stay as they are, or ' +
      'have their defaults. Every change is a version; sending the same again makes none.',
    body: DialingWish,
    answers: { 200: DialingView },
  })
  configure(
    @CallingKeyOf() calling: Calling,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DialingView> {
    return this.#change(calling, reply, { type: 'ConfigureDialing', ...wishOf(body) });
  }

  @Post('stop')
  @HttpCode(200)
  @Access('write')
  @DescribeRoute({
    summary: 'Pull the emergency stop',
    description:
      'Nobody is dialed any more from the answer on, neither consumers nor destinations, and ' +
      'phones that ring are hung up. Who talks is not cut off.',
    body: DialingReason,
    answers: { 200: DialingView },
    idempotent: true,
  })
  stop(
    @CallingKeyOf() calling: Calling,
    @Body(Validated) { reason }: DialingReason,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DialingView> {
    return this.#change(calling, reply, { type: 'StopDialing', reason: reason ?? null });
  }

  @Post('resume')
  @HttpCode(200)
  @Access('write')
  @DescribeRoute({
    summary: 'Dial again after an emergency stop',
    description: 'Leads that waited are dialed, as far as they still may be.',
    body: DialingReason,
    answers: { 200: DialingView },
    idempotent: true,
  })
  resume(
    @CallingKeyOf() calling: Calling,
    @Body(Validated) { reason }: DialingReason,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DialingView> {
    return this.#change(calling, reply, { type: 'ResumeDialing', reason: reason ?? null });
  }

  @Put('sources/:source/pause')
  @Access('write')
  @DescribeRoute({
    summary: 'Pause a source',
    description: 'Its leads are taken in and wait; they are not dialed until it is resumed.',
    body: DialingReason,
    answers: { 200: DialingView },
  })
  pauseSource(
    @CallingKeyOf() calling: Calling,
    @Param('source') source: string,
    @Body(Validated) { reason }: DialingReason,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DialingView> {
    return this.#change(calling, reply, { type: 'PauseSource', source, reason: reason ?? null });
  }

  @Put('sources/:source/resume')
  @Access('write')
  @DescribeRoute({
    summary: 'Resume a source',
    description: 'Its leads are dialed again, as far as they still may be.',
    body: DialingReason,
    answers: { 200: DialingView },
  })
  resumeSource(
    @CallingKeyOf() calling: Calling,
    @Param('source') source: string,
    @Body(Validated) { reason }: DialingReason,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DialingView> {
    return this.#change(calling, reply, { type: 'ResumeSource', source, reason: reason ?? null });
  }

  async #change(
    { key, caller }: Calling,
    reply: FastifyReply,
    change: DialingChange,
  ): Promise<DialingView> {
    const command = new ChangeDialingCommand(key.tenantId, caller, change, key.tenantMode);
    return answerDialing(reply, await this.commands.execute(command));
  }
}
