import {
  ConfirmMatchCommand,
  GetPostbackQuery,
  IgnorePostbackCommand,
  LinkPostbackCommand,
  MatchPostbackCommand,
  PreviewPostbackQuery,
  UnlinkPostbackCommand,
} from '#libs/revenue';
import { Body, Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { Validated } from '../http/validated.pipe.js';
import { LeadFeedbackDetail } from '../lead-feedback/feedback-detail.response.js';
import { KnownDestinations } from '../postback-tokens/known-destinations.js';
import { previewSettings } from '../postback-tokens/postback-token.requests.js';
import {
  ConfirmMatchRequest,
  CorrectPostbackRequest,
  LinkPostbackRequest,
  PreviewPostbackRequest,
  triedHit,
  UnlinkPostbackRequest,
} from './postback.requests.js';
import { answerStanding, PostbackDetail, PostbackStandingView } from './postback.response.js';
import { detailOf } from './report-detail.js';
import { PostbackPreview, previewOf } from './postback-match.view.js';

const notFound = 'postback_not_found';

/** What people see and correct of the reports of buyers’ platforms. */
@Controller('v1/postbacks')
export class PostbacksController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly destinations: KnownDestinations,
  ) {}

  @Post('preview')
  @HttpCode(200)
  @Access('read', { takesAnything: true })
  @DescribeRoute({
    summary: 'Try a report out',
    description:
      'How it would be read, and which transfer it would be matched to. Nothing is stored. Describe ' +
      'the report in JSON, or send it itself in any other form.',
    body: PreviewPostbackRequest,
    answers: { 200: PostbackPreview },
    notFound: 'postback_token_not_found',
  })
  async preview(
    @CallingKeyOf() { key }: Calling,
    @Req() request: FastifyRequest,
  ): Promise<PostbackPreview> {
    const { hit, tokenId, destinationId } = triedHit(request);
    const { tenantId } = key;
    const destination = await this.destinations.assertKnown(tenantId, destinationId);
    const read = { tokenId, settings: previewSettings(destination) };
    return previewOf(await this.queries.execute(new PreviewPostbackQuery(tenantId, hit, read)));
  }

  @Get(':id')
  @Access('read')
  @DescribeRoute({
    summary: 'Read a report',
    description:
      'As it came, how it is read, what it counts for, and everything that happened to it. `about` says ' +
      'whether it is on a call or on a lead.',
    answers: { 200: [PostbackDetail, LeadFeedbackDetail] },
    notFound,
  })
  async one(
    @CallingKeyOf() { key }: Calling,
    @Param('id') id: string,
  ): Promise<PostbackDetail | LeadFeedbackDetail> {
    return detailOf(await this.queries.execute(new GetPostbackQuery(key.tenantId, id)));
  }

  @Post(':id/match')
  @HttpCode(200)
  @Access('write')
  @DescribeRoute({
    summary: 'Match a report again',
    description:
      'It is read under the aliases and settings of now, and matched by the rules of now. One that ' +
      'counts already stays where it is, and its amount is corrected. One that people unlinked or ' +
      'ignored is left alone. Repeating it changes nothing.',
    answers: { 200: PostbackStandingView },
    notFound,
    idempotent: true,
  })
  async match(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PostbackStandingView> {
    const command = new MatchPostbackCommand(key.tenantId, caller, id);
    return answerStanding(reply, await this.commands.execute(command));
  }

  @Post(':id/link')
  @HttpCode(200)
  @Access('write')
  @DescribeRoute({
    summary: 'Say which transfer a report is about',
    description:
      'Its amount counts there, whatever the rules say. A report that counts elsewhere has to be ' +
      'unlinked first; where it counts there already, the match is confirmed. Repeating it changes ' +
      'nothing.',
    body: LinkPostbackRequest,
    answers: { 200: PostbackStandingView },
    notFound: 'transfer_not_found',
    idempotent: true,
  })
  async link(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
    @Body(Validated) { transfer_id, reason }: LinkPostbackRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PostbackStandingView> {
    const command = new LinkPostbackCommand(key.tenantId, caller, id, transfer_id, reason);
    return answerStanding(reply, await this.commands.execute(command));
  }

  @Post(':id/confirm')
  @HttpCode(200)
  @Access('write')
  @DescribeRoute({
    summary: 'Say that the match of a report is right',
    description:
      'For one that was made among equals: it leaves the list of ambiguous=true, and no money changes. ' +
      'Refused if it counts for another transfer by now. Repeating it changes nothing.',
    body: ConfirmMatchRequest,
    answers: { 200: PostbackStandingView },
    notFound,
    idempotent: true,
  })
  async confirm(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
    @Body(Validated) { transfer_id, reason }: ConfirmMatchRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PostbackStandingView> {
    const command = new ConfirmMatchCommand(key.tenantId, caller, id, transfer_id, reason);
    return answerStanding(reply, await this.commands.execute(command));
  }

  @Post(':id/unlink')
  @HttpCode(200)
  @Access('write')
  @DescribeRoute({
    summary: 'Take a report off its transfer',
    description:
      'What the transfer is worth is worked out anew without it. The rules do not match it again; ' +
      'you can link it elsewhere, or ignore it. With `transfer_id` it is refused if the report counts ' +
      'for another one by now, as it may by the rules. Repeating it changes nothing.',
    body: UnlinkPostbackRequest,
    answers: { 200: PostbackStandingView },
    notFound,
    idempotent: true,
  })
  async unlink(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
    @Body(Validated) { reason, transfer_id }: UnlinkPostbackRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PostbackStandingView> {
    const command = new UnlinkPostbackCommand(key.tenantId, caller, id, reason, transfer_id);
    return answerStanding(reply, await this.commands.execute(command));
  }

  @Post(':id/ignore')
  @HttpCode(200)
  @Access('write')
  @DescribeRoute({
    summary: 'Ignore a report',
    description:
      'It is about no transfer, and is not matched any more. It stays as it came, and can be linked ' +
      'after all. Repeating it changes nothing.',
    body: CorrectPostbackRequest,
    answers: { 200: PostbackStandingView },
    notFound,
    idempotent: true,
  })
  async ignore(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
    @Body(Validated) { reason }: CorrectPostbackRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PostbackStandingView> {
    const command = new IgnorePostbackCommand(key.tenantId, caller, id, reason);
    return answerStanding(reply, await this.commands.execute(command));
  }
}
