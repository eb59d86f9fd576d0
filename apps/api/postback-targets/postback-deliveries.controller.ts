import { Controller, Get, Query } from '@nestjs/common';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { Validated } from '../http/validated.pipe.js';
import { PostbackDeliveryListing } from './postback-delivery-listing.js';
import { ListDeliveriesQuery, TargetAmountsQuery } from './postback-delivery.requests.js';
import { PostbackDeliveryPage, TargetAmountList } from './postback-delivery.response.js';

@Controller('v1/postback-deliveries')
export class PostbackDeliveriesController {
  constructor(private readonly listing: PostbackDeliveryListing) {}

  @Get()
  @Access('read')
  @DescribeRoute({
    summary: 'List what postback targets were told, newest first',
    description:
      'Every delivery with what has become of it and the last answer, page by page. What was not ' +
      'taken is sent again after 5 s, 30 s, 2 min, 10 min, 1 h, 6 h and 16 h, each up to a tenth ' +
      'more or less and not before Retry-After; then it is given up. 410 removes the target; ' +
      'other 4xx but 408, 425 and 429, and redirections, end the delivery. The id of a delivery ' +
      'is its webhook-id, the same with every attempt.',
    answers: { 200: PostbackDeliveryPage },
  })
  list(
    @CallingKeyOf() { key }: Calling,
    @Query(Validated) query: ListDeliveriesQuery,
  ): Promise<PostbackDeliveryPage> {
    return this.listing.page(key.tenantId, query);
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
