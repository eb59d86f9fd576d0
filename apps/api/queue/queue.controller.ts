import { Controller, Get, Query } from '@nestjs/common';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { Validated } from '../http/validated.pipe.js';
import { QueueListing } from './queue-listing.js';
import { ReadQueueQuery } from './queue.requests.js';
import { DialQueue } from './queue.response.js';

@Controller('v1/queue')
export class QueueController {
  constructor(private readonly listing: QueueListing) {}

  @Get()
  @Access('read')
  @DescribeRoute({
    summary: 'Read the dial queue',
    description:
      'The leads that wait for a call, in the order they are dialed, what holds the others up, ' +
      'and how many there are. Pages by cursor; who is due is decided by the first page.',
    answers: { 200: DialQueue },
  })
  read(
    @CallingKeyOf() calling: Calling,
    @Query(Validated) query: ReadQueueQuery,
  ): Promise<DialQueue> {
    return this.listing.read(calling, query);
  }
}
