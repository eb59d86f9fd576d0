import {
  CreatePostbackTargetCommand,
  RemovePostbackTargetCommand,
  RotatePostbackSecretCommand,
  TargetBook,
  TryPostbackTargetCommand,
} from '#libs/postbacks';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type FastifyReply } from 'fastify';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { Validated } from '../http/validated.pipe.js';
import { KnownDestinations } from '../postback-tokens/known-destinations.js';
import { FailedDeliveries, RETRIED_MAX } from './failed-deliveries.js';
import { RetriedDeliveriesView } from './postback-retry.response.js';
import {
  MACRO_LIST,
  PostbackTargetRequest,
  RemovalQuery,
  wishOf,
} from './postback-target.requests.js';
import {
  answerIssuedTarget,
  IssuedPostbackTargetView,
  PostbackTargetList,
  postbackTargetList,
  PostbackTrialView,
  trialView,
} from './postback-target.response.js';

@Controller('v1/postback-targets')
export class PostbackTargetsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly book: TargetBook,
    private readonly destinations: KnownDestinations,
    private readonly failed: FailedDeliveries,
  ) {}

  @Get()
  @Access('read')
  @DescribeRoute({
    summary: 'List postback targets, newest first',
    description: 'Whoever is told what came of calls. Removed ones too; secrets are not shown.',
    answers: { 200: PostbackTargetList },
  })
  async list(@CallingKeyOf() { key }: Calling): Promise<PostbackTargetList> {
    const targets = await this.book.all(key.tenantId);
    return postbackTargetList(targets, await this.book.templates(key.tenantId, targets));
  }

  @Post()
  @Access('write')
  @DescribeRoute({
    summary: 'Create a postback target',
    description:
      'From now on it is told of each call that was handed over, once the call is over. Requests ' +
      'are signed by Standard Webhooks with the secret in the answer, shown this once; a GET, which ' +
      'has no body, by path and query string. A key for ' +
      `test leads makes a target that is told of calls to test leads alone. Macros:\n\n- ${MACRO_LIST}`,
    body: PostbackTargetRequest,
    answers: { 201: IssuedPostbackTargetView },
    idempotent: true,
  })
  async create(
    @CallingKeyOf() { key, caller }: Calling,
    @Body(Validated) body: PostbackTargetRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IssuedPostbackTargetView> {
    await this.destinations.assertKnown(key.tenantId, body.destination_id);
    const wish = wishOf(body, key.mode);
    const command = new CreatePostbackTargetCommand(key.tenantId, caller, wish);
    return answerIssuedTarget(reply, await this.commands.execute(command));
  }

  @Post(':id/test')
  @HttpCode(200)
  @Access('write')
  @DescribeRoute({
    summary: 'Try a postback target',
    description:
      'Sends it a call that never was and is worth nothing, once and at once, with the header ' +
      'x-leadledger-test. It is no delivery, and is not repeated.',
    answers: { 200: PostbackTrialView },
    notFound: 'postback_target_not_found',
  })
  async try(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
  ): Promise<PostbackTrialView> {
    return trialView(
      await this.commands.execute(new TryPostbackTargetCommand(key.tenantId, caller, id)),
    );
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @Access('write')
  @DescribeRoute({
    summary: 'Give a postback target a new secret',
    description:
      'For a day requests carry two signatures, with the new secret and the one before, so that ' +
      'the receiver can change over. Sent twice, it rotates twice.',
    answers: { 200: IssuedPostbackTargetView },
    notFound: 'postback_target_not_found',
  })
  async rotate(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IssuedPostbackTargetView> {
    const command = new RotatePostbackSecretCommand(key.tenantId, caller, id);
    return answerIssuedTarget(reply, await this.commands.execute(command));
  }

  @Post(':id/retry-failed')
  @HttpCode(200)
  @Access('write')
  @DescribeRoute({
    summary: 'Try everything again that a postback target did not take',
    description:
      `Up to ${RETRIED_MAX} deliveries that were given up, the oldest first, each as by ` +
      '/v1/postback-deliveries/{id}/retry. Those that a later delivery has corrected are left out. ' +
      'Send it again while has_more is true; what is due by then is not counted twice.',
    answers: { 200: RetriedDeliveriesView },
    notFound: 'postback_target_not_found',
    idempotent: true,
  })
  retryFailed(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
  ): Promise<RetriedDeliveriesView> {
    return this.failed.retry(key.tenantId, caller, id);
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('write')
  @DescribeRoute({
    summary: 'Remove a postback target',
    description: 'It is told nothing more, not even what was due. Repeating it changes nothing.',
    answers: { 204: null },
    notFound: 'postback_target_not_found',
  })
  async remove(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
    @Query(Validated) { reason }: RemovalQuery,
  ): Promise<void> {
    const why = reason ?? null;
    await this.commands.execute(new RemovePostbackTargetCommand(key.tenantId, caller, id, why));
  }
}
