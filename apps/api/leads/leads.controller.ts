import {
  GetLeadHistoryQuery,
  GetLeadQuery,
  OptOutCommand,
  readConsentSubmission,
  readSubmission,
  ReceiveLeadCommand,
  RecordConsentCommand,
} from '#libs/leads';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { type FastifyReply } from 'fastify';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { Validated } from '../http/validated.pipe.js';
import { answerConsent, ConsentReceipt } from './consent.response.js';
import { leadHistory, LeadHistory } from './lead-history.response.js';
import { LeadListing } from './lead-listing.js';
import { consentBody, leadBody } from './lead-submission.description.js';
import {
  AsOfQuery,
  ListLeadsQuery,
  momentOf,
  OptOutRequest,
  revocationOf,
} from './lead.requests.js';
import { leadDetail, LeadDetail, LeadPage } from './lead.response.js';
import { answerReceived, LeadReceipt } from './receive-lead.response.js';

@Controller('v1/leads')
export class LeadsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly listing: LeadListing,
  ) {}

  @Post()
  @Access('write', { recalls: true })
  @DescribeRoute({
    summary: 'Submit a lead',
    description:
      'Answers once the lead is durably stored. A phone that came in the last 30 days is a ' +
      'duplicate: it is counted, no second lead is made, and the existing lead’s id is returned.',
    body: leadBody,
    answers: { 201: LeadReceipt, 200: LeadReceipt },
    idempotent: true,
  })
  async receive(
    @Body() body: unknown,
    @CallingKeyOf() { key, policy, caller }: Calling,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LeadReceipt> {
    const submission = readSubmission(body, policy.countries);
    const command = new ReceiveLeadCommand(policy, key.mode, 'api', caller, submission);
    return answerReceived(reply, await this.commands.execute(command));
  }

  @Get()
  @Access('read')
  @DescribeRoute({
    summary: 'List leads, newest first',
    description:
      'Pages by cursor: leads that come in meanwhile neither repeat nor hide any. The list ' +
      'follows the log within milliseconds; `waitFor` makes it wait for a change of your own.',
    answers: { 200: LeadPage },
  })
  list(
    @CallingKeyOf() calling: Calling,
    @Query(Validated) query: ListLeadsQuery,
  ): Promise<LeadPage> {
    return this.listing.page(calling, query);
  }

  @Get(':id')
  @Access('read')
  @DescribeRoute({
    summary: 'Read a lead',
    description: 'Folded from its history at this moment, so it is always current.',
    answers: { 200: LeadDetail },
    notFound: 'lead_not_found',
  })
  async one(
    @CallingKeyOf() { key }: Calling,
    @Param('id') id: string,
    @Query(Validated) query: AsOfQuery,
  ): Promise<LeadDetail> {
    return leadDetail(
      await this.queries.execute(new GetLeadQuery(key.tenantId, id, momentOf(query))),
    );
  }

  @Get(':id/history')
  @Access('read')
  @DescribeRoute({
    summary: 'Read everything that happened to a lead',
    description: 'Every event in order: what, when, by whom, from where, and because of what.',
    answers: { 200: LeadHistory },
    notFound: 'lead_not_found',
  })
  async history(
    @CallingKeyOf() { key }: Calling,
    @Param('id') id: string,
    @Query(Validated) query: AsOfQuery,
  ): Promise<LeadHistory> {
    const asked = new GetLeadHistoryQuery(key.tenantId, id, momentOf(query));
    return leadHistory(id, await this.queries.execute(asked));
  }

  @Post(':id/consent')
  @HttpCode(200)
  @Access('write')
  @DescribeRoute({
    summary: 'Add consent evidence to a lead',
    description:
      'Whatever was not brought before is recorded. The lead is judged anew by the latest consent ' +
      'there is whole evidence of, with every check repeated.',
    body: consentBody,
    answers: { 200: ConsentReceipt },
    notFound: 'lead_not_found',
    idempotent: true,
  })
  async consent(
    @CallingKeyOf() { policy, caller }: Calling,
    @Param('id') id: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConsentReceipt> {
    const command = new RecordConsentCommand(policy, caller, id, readConsentSubmission(body));
    return answerConsent(reply, await this.commands.execute(command));
  }

  @Post(':id/opt-out')
  @HttpCode(200)
  @Access('write')
  @DescribeRoute({
    summary: 'Record that a consumer does not want to be called',
    description:
      'Takes back the consent of the lead and suppresses its number, both before the answer. ' +
      'Repeating it changes nothing.',
    body: OptOutRequest,
    answers: { 200: ConsentReceipt },
    notFound: 'lead_not_found',
    idempotent: true,
  })
  async optOut(
    @CallingKeyOf() { policy, caller }: Calling,
    @Param('id') id: string,
    @Body(Validated) body: OptOutRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConsentReceipt> {
    const command = new OptOutCommand(policy, caller, id, revocationOf(body));
    return answerConsent(reply, await this.commands.execute(command));
  }
}
