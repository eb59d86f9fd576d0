import { Controller, Get, Param, Query } from '@nestjs/common';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { Validated } from '../http/validated.pipe.js';
import { CallListing } from './call-listing.js';
import { ListCallsQuery, ReadCallQuery } from './call.requests.js';
import { CallDetail, CallPage } from './call.response.js';

@Controller('v1/calls')
export class CallsController {
  constructor(private readonly listing: CallListing) {}

  @Get()
  @Access('read')
  @DescribeRoute({
    summary: 'List calls to consumers, newest first',
    description:
      'Each with what a telemarketing call record must show, and what came of it. Pages by cursor.',
    answers: { 200: CallPage },
  })
  list(
    @CallingKeyOf() calling: Calling,
    @Query(Validated) query: ListCallsQuery,
  ): Promise<CallPage> {
    return this.listing.page(calling, query);
  }

  @Get(':id')
  @Access('read')
  @DescribeRoute({
    summary: 'Read a call',
    description:
      'With every destination that was tried, and everything that happened on it, in order.',
    answers: { 200: CallDetail },
    notFound: 'call_not_found',
  })
  one(
    @CallingKeyOf() calling: Calling,
    @Param('id') id: string,
    @Query(Validated) query: ReadCallQuery,
  ): Promise<CallDetail> {
    return this.listing.one(calling, id, query);
  }
}
