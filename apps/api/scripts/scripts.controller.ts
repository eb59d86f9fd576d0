import {
  GetScriptHistoryQuery,
  GetScriptQuery,
  PublishScriptCommand,
  reachOf,
  readScriptContent,
  RetireScriptCommand,
} from '#libs/calls';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { type FastifyReply } from 'fastify';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { Validated } from '../http/validated.pipe.js';
import { ScriptBody } from './script-body.js';
import { ScriptListing } from './script-listing.js';
import {
  ListScriptsQuery,
  reasonOf,
  ScriptReasonQuery,
  ScriptVersionQuery,
} from './script.requests.js';
import {
  answerPublished,
  scriptDetail,
  ScriptDetail,
  ScriptPage,
  ScriptReceipt,
  scriptVersions,
  ScriptVersions,
} from './script.response.js';

@Controller('v1/scripts')
export class ScriptsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly listing: ScriptListing,
  ) {}

  @Get()
  @Access('read')
  @DescribeRoute({
    summary: 'List scripts, newest first',
    description: 'Each in its latest version, page by page; retired ones too.',
    answers: { 200: ScriptPage },
  })
  list(
    @CallingKeyOf() { key }: Calling,
    @Query(Validated) query: ListScriptsQuery,
  ): Promise<ScriptPage> {
    return this.listing.page(key.tenantId, query);
  }

  @Post()
  @Access('write')
  @DescribeRoute({
    summary: 'Create a script',
    description:
      'What consumers hear when they are called, and what their answers lead to. Who calls, that ' +
      'a machine speaks, a number to call back and how to opt out have to be in it.',
    body: ScriptBody,
    answers: { 201: ScriptReceipt },
    idempotent: true,
  })
  async create(
    @CallingKeyOf() { key, caller }: Calling,
    @Query(Validated) query: ScriptReasonQuery,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ScriptReceipt> {
    const content = readScriptContent(body, reachOf(key.tenantMode));
    // The script is known by the command that made it, so a repeated request makes no second one.
    const known = [key.tenantId, caller, caller.commandId] as const;
    const command = new PublishScriptCommand(...known, content, reasonOf(query), false);
    return answerPublished(reply, await this.commands.execute(command));
  }

  @Put(':id')
  @Access('write')
  @DescribeRoute({
    summary: 'Publish the next version of a script',
    description:
      'The whole script as it is to be from now on; calls that are under way go on as they ' +
      'began. Publishing what is published already changes nothing.',
    body: ScriptBody,
    answers: { 200: ScriptReceipt },
    notFound: 'script_not_found',
  })
  async publish(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
    @Query(Validated) query: ScriptReasonQuery,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ScriptReceipt> {
    const content = readScriptContent(body, reachOf(key.tenantMode));
    const command = new PublishScriptCommand(
      key.tenantId,
      caller,
      id,
      content,
      reasonOf(query),
      true,
    );
    return answerPublished(reply, await this.commands.execute(command));
  }

  @Get(':id')
  @Access('read')
  @DescribeRoute({
    summary: 'Read a script',
    description: 'In its latest version, or in any other: versions stay as they were published.',
    answers: { 200: ScriptDetail },
    notFound: 'script_not_found',
  })
  async one(
    @CallingKeyOf() { key }: Calling,
    @Param('id') id: string,
    @Query(Validated) { version }: ScriptVersionQuery,
  ): Promise<ScriptDetail> {
    return scriptDetail(await this.queries.execute(new GetScriptQuery(key.tenantId, id, version)));
  }

  @Get(':id/versions')
  @Access('read')
  @DescribeRoute({
    summary: 'List the versions of a script',
    description: 'When each was published, by whom and why, oldest first.',
    answers: { 200: ScriptVersions },
    notFound: 'script_not_found',
  })
  async versions(
    @CallingKeyOf() { key }: Calling,
    @Param('id') id: string,
  ): Promise<ScriptVersions> {
    return scriptVersions(await this.queries.execute(new GetScriptHistoryQuery(key.tenantId, id)));
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('write')
  @DescribeRoute({
    summary: 'Retire a script',
    description:
      'It may not be chosen any more; its versions stay readable. The one that the dialing ' +
      'settings name is not retired. Repeating it changes nothing.',
    answers: { 204: null },
    notFound: 'script_not_found',
  })
  async retire(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
    @Query(Validated) query: ScriptReasonQuery,
  ): Promise<void> {
    await this.commands.execute(new RetireScriptCommand(key.tenantId, caller, id, reasonOf(query)));
  }
}
