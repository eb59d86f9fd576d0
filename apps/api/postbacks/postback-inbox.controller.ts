import { Controller, Get, Query } from '@nestjs/common';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { Validated } from '../http/validated.pipe.js';
import { PostbackInboxListing } from './postback-inbox-listing.js';
import { ListPostbacksQuery } from './postback-inbox.requests.js';
import { PostbackPage } from './postback-inbox.response.js';

@Controller('v1/postbacks')
export class PostbackInboxController {
  constructor(private readonly listing: PostbackInboxListing) {}

  @Get()
  @Access('read')
  @DescribeRoute({
    summary: 'List what buyers’ platforms reported, newest first',
    description:
      'Every hit, matched or not, with what has become of it, page by page; and the sums at ' +
      'stake in all that are unmatched. With status=unmatched it is the queue to work through.',
    answers: { 200: PostbackPage },
  })
  list(
    @CallingKeyOf() { key }: Calling,
    @Query(Validated) query: ListPostbacksQuery,
  ): Promise<PostbackPage> {
    return this.listing.page(key.tenantId, query);
  }
}
