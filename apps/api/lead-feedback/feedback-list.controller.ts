import { Controller, Get, Query } from '@nestjs/common';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { Validated } from '../http/validated.pipe.js';
import { FeedbackListing } from './feedback-listing.js';
import { ListFeedbackQuery } from './feedback.requests.js';
import { LeadFeedbackPage } from './feedback.response.js';

@Controller('v1/lead-feedback')
export class FeedbackListController {
  constructor(private readonly listing: FeedbackListing) {}

  @Get()
  @Access('read')
  @DescribeRoute({
    summary: 'List what buyers said of leads, newest first',
    description:
      'With standing=unmatched: what belongs to no lead, and why. GET /v1/postbacks/{feedback_id} shows ' +
      'all of one.',
    answers: { 200: LeadFeedbackPage },
  })
  list(
    @CallingKeyOf() { key }: Calling,
    @Query(Validated) query: ListFeedbackQuery,
  ): Promise<LeadFeedbackPage> {
    return this.listing.page(key.tenantId, query);
  }
}
