import {
  ChangePostbackTokenCommand,
  CreatePostbackTokenCommand,
  RevokePostbackTokenCommand,
  RotatePostbackTokenCommand,
  TokenDirectory,
} from '#libs/revenue';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type FastifyReply } from 'fastify';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { Validated } from '../http/validated.pipe.js';
import { PUBLIC_BASE_URL } from '../wiring/tokens.js';
import { KnownDestinations } from './known-destinations.js';
import {
  PostbackTokenChange,
  PostbackTokenRequest,
  RevocationQuery,
  RotationRequest,
  settingsFor,
  settingsOf,
} from './postback-token.requests.js';
import {
  answerIssued,
  answerToken,
  IssuedPostbackTokenView,
  PostbackTokenList,
  PostbackTokenView,
  postbackTokenView,
} from './postback-token.response.js';

@Controller('v1/postback-tokens')
export class PostbackTokensController {
  constructor(
    private readonly commands: CommandBus,
    private readonly directory: TokenDirectory,
    private readonly destinations: KnownDestinations,
    @Inject(PUBLIC_BASE_URL) private readonly publicBaseUrl: string,
  ) {}

  @Get()
  @Access('read')
  @DescribeRoute({
    summary: 'List postback tokens, newest first',
    description: 'Revoked ones too. Texts are not shown: only their last four characters.',
    answers: { 200: PostbackTokenList },
  })
  list(@CallingKeyOf() { key }: Calling): PostbackTokenList {
    return { postback_tokens: this.directory.all(key.tenantId).map(postbackTokenView) };
  }

  @Post()
  @Access('write')
  @DescribeRoute({
    summary: 'Create a postback token',
    description:
      'The answer has its text and the address to give to the buyer’s platform, this once. With ' +
      'an Idempotency-Key, a second request is refused instead of making a second token.',
    body: PostbackTokenRequest,
    answers: { 201: IssuedPostbackTokenView },
    idempotent: true,
  })
  async create(
    @CallingKeyOf() { key, caller }: Calling,
    @Body(Validated) body: PostbackTokenRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IssuedPostbackTokenView> {
    const given = settingsOf(body);
    const destination = await this.destinations.assertKnown(key.tenantId, given.destinationId);
    const wish = { ...settingsFor(destination), ...given, label: body.label };
    const command = new CreatePostbackTokenCommand(key.tenantId, caller, wish);
    return answerIssued(reply, await this.commands.execute(command), this.publicBaseUrl);
  }

  @Patch(':id')
  @Access('write')
  @DescribeRoute({
    summary: 'Have reports that come with a token read in another way',
    description:
      'What is left out stays. Reports that wait for a transfer are read anew. Repeating it ' +
      'changes nothing.',
    body: PostbackTokenChange,
    answers: { 200: PostbackTokenView },
    notFound: 'postback_token_not_found',
    idempotent: true,
  })
  async change(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
    @Body(Validated) body: PostbackTokenChange,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PostbackTokenView> {
    const changes = settingsOf(body);
    await this.destinations.assertKnown(key.tenantId, changes.destinationId);
    const reason = body.reason ?? null;
    const command = new ChangePostbackTokenCommand(key.tenantId, caller, id, changes, reason);
    return answerToken(reply, await this.commands.execute(command));
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @Access('write')
  @DescribeRoute({
    summary: 'Replace the text of a token',
    description:
      'The text before goes on working for overlap_seconds, so that the buyer has time to change ' +
      'the address. Sent twice, it rotates twice.',
    body: RotationRequest,
    answers: { 200: IssuedPostbackTokenView },
    notFound: 'postback_token_not_found',
  })
  async rotate(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
    @Body(Validated) { overlap_seconds }: RotationRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IssuedPostbackTokenView> {
    const command = new RotatePostbackTokenCommand(key.tenantId, caller, id, overlap_seconds);
    return answerIssued(reply, await this.commands.execute(command), this.publicBaseUrl);
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('write')
  @DescribeRoute({
    summary: 'Revoke a token',
    description: 'Nothing that comes with it is taken any more. Repeating it changes nothing.',
    answers: { 204: null },
    notFound: 'postback_token_not_found',
  })
  async revoke(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
    @Query(Validated) { reason }: RevocationQuery,
  ): Promise<void> {
    const why = reason ?? null;
    await this.commands.execute(new RevokePostbackTokenCommand(key.tenantId, caller, id, why));
  }
}
