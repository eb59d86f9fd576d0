import { AliasDirectory, ChangeAliasesCommand, GetAliasVersionsQuery } from '#libs/revenue';
import { Body, Controller, Get, Put, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { type FastifyReply } from 'fastify';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { POSITION_HEADER } from '../http/position-header.js';
import {
  AliasMapView,
  aliasMapView,
  AliasVersions,
  aliasVersionsView,
  AliasWish,
  aliasWishOf,
} from './alias.views.js';

@Controller('v1/postback-aliases')
export class AliasesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly directory: AliasDirectory,
  ) {}

  @Get()
  @Access('read')
  @DescribeRoute({
    summary: 'Read the names that reports are read by',
    description: 'The built-in names, and those you added, which count before them.',
    answers: { 200: AliasMapView },
  })
  read(@CallingKeyOf() { key }: Calling): AliasMapView {
    return aliasMapView(this.directory.of(key.tenantId));
  }

  @Put()
  @Access('write')
  @DescribeRoute({
    summary: 'Replace the names you added',
    description:
      'A name that is added means what you say, and no longer what it meant before. Reports that ' +
      'wait for a transfer are read anew. Repeating it changes nothing.',
    body: AliasWish,
    answers: { 200: AliasMapView },
  })
  async replace(
    @CallingKeyOf() { key, caller }: Calling,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AliasMapView> {
    const { aliases, reason } = aliasWishOf(body);
    const command = new ChangeAliasesCommand(key.tenantId, caller, aliases, reason);
    const { position, ...additions } = await this.commands.execute(command);
    if (position !== null) reply.header(POSITION_HEADER, String(position));
    return aliasMapView(additions);
  }

  @Get('versions')
  @Access('read')
  @DescribeRoute({
    summary: 'List every version of the names you added',
    description: 'Newest first, with who made it, when and why.',
    answers: { 200: AliasVersions },
  })
  async versions(@CallingKeyOf() { key }: Calling): Promise<AliasVersions> {
    return aliasVersionsView(await this.queries.execute(new GetAliasVersionsQuery(key.tenantId)));
  }
}
