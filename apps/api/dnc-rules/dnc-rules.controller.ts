import { ConfigureDncRulesCommand, GetDncRulesQuery, GetDncRulesVersionsQuery } from '#libs/leads';
import { Body, Controller, Get, Put, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { type FastifyReply } from 'fastify';
import { wishOf } from '../dialing/dialing.requests.js';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { DncRulesWish } from './dnc-rules.requests.js';
import {
  answerDncRules,
  DncRulesVersions,
  dncRulesVersions,
  DncRulesView,
  dncRulesView,
} from './dnc-rules.response.js';

@Controller('v1/dnc-rules')
export class DncRulesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Access('read')
  @DescribeRoute({
    summary: 'Read what do-not-call lists mean',
    description:
      'For each list of the do-not-call provider, whether a lead that is on it may be called: never, ' +
      'with written consent (time, text version and page), or always.',
    answers: { 200: DncRulesView },
  })
  async read(@CallingKeyOf() { key }: Calling): Promise<DncRulesView> {
    return dncRulesView(await this.queries.execute(new GetDncRulesQuery(key.tenantId)));
  }

  @Get('versions')
  @Access('read')
  @DescribeRoute({
    summary: 'List every version of what do-not-call lists mean',
    description:
      'Newest first, with who decided it, when and why. Leads, calls and transfers name the version ' +
      'they rest on, and its answer for each list.',
    answers: { 200: DncRulesVersions },
  })
  async versions(@CallingKeyOf() { key }: Calling): Promise<DncRulesVersions> {
    const versions = await this.queries.execute(new GetDncRulesVersionsQuery(key.tenantId));
    return dncRulesVersions(versions);
  }

  @Put()
  @Access('write')
  @DescribeRoute({
    summary: 'Decide what do-not-call lists mean',
    description:
      'Lists left out stay as they are. Every change is a version; sending the same again makes none. ' +
      'It holds for the next call and transfer, and leads on a list are judged anew. Ask a lawyer ' +
      'before you loosen anything: `internal`, `litigator` and `reassigned` always block.',
    body: DncRulesWish,
    answers: { 200: DncRulesView },
  })
  async configure(
    @CallingKeyOf() { key, caller }: Calling,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DncRulesView> {
    const { wish, reason } = wishOf(body);
    const command = new ConfigureDncRulesCommand(key.tenantId, caller, wish, reason);
    return answerDncRules(reply, await this.commands.execute(command));
  }
}
