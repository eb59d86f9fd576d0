import { RetryPostbackCommand } from '#libs/postbacks';
import { Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type FastifyReply } from 'fastify';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { Validated } from '../http/validated.pipe.js';
import { PostbackDeliveryListing } from './postback-delivery-listing.js';
import { ListDeliveriesQuery, TargetAmountsQuery } from './postback-delivery.requests.js';
import { PostbackDeliveryPage, TargetAmountList } from './postback-delivery.response.js';
import { answerRetried, RetriedDeliveryView } from './postback-retry.response.js';

@Controller('v1/postback-deliveries')
export class PostbackDeliveriesController {
  constructor(
    private readonly listing: PostbackDeliveryListing,
    private readonly commands: CommandBus,
  ) {}

  @Get()
  @Access('read')
  @DescribeRoute({
    summary: 'List what postback targets were told, newest first',
    description:
      'Every delivery with what has become of it and the last answer, page by page. What was not ' +
      'taken is sent again after 5 s, 30 s, 2 min, 10 min, 1 h, 6 h and 16 h, each up to a tenth ' +
      'more or less and not before Retry-After; then it is given up. 410 removes the target; ' +
      'other 4xx but 401, 403, 404, 408, 425 and 429 end the delivery. The id of a delivery is its ' +
      'webhook-id, the same with every attempt.',
    answers: { 200: PostbackDeliveryPage },
  })
  list(
    @CallingKeyOf() { key }: Calling,
    @Query(Validated) query: ListDeliveriesQuery,
  ): Promise<PostbackDeliveryPage> {
    return this.listing.page(key.tenantId, query);
  }

  @Post(':id/retry')
  @HttpCode(200)
  @Access('write')
  @DescribeRoute({
    summary: 'Try a delivery again that was given up',
    description:
      'It is sent now, with the same webhook-id, and if it is not taken then by the schedule anew. ' +
      'What is due anyway, or was delivered, stays as it is. Repeating it changes nothing.',
    answers: { 200: RetriedDeliveryView },
    notFound: 'postback_delivery_not_found',
    idempotent: true,
  })
  async retry(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RetriedDeliveryView> {
    const command = new RetryPostbackCommand(key.tenantId, caller, id.toLowerCase());
    return answerRetried(reply, await this.commands.execute(command));
  }

  @Get('amounts')
  @Access('read')
  @DescribeRoute({
    summary: 'See what postback targets are owed',
    description:
      'By target and currency, what its calls are worth to it by its terms. A transfer counts with ' +
      'what its last delivery says, whether or not that was taken.',
    answers: { 200: TargetAmountList },
  })
  amounts(
    @CallingKeyOf() { key }: Calling,
    @Query(Validated) query: TargetAmountsQuery,
  ): Promise<TargetAmountList> {
    return this.listing.amounts(key.tenantId, query);
  }
}
