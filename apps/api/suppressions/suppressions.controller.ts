import { LiftSuppressionCommand, SuppressNumberCommand } from '#libs/leads';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type FastifyReply } from 'fastify';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { Validated } from '../http/validated.pipe.js';
import { SuppressionListing } from './suppression-listing.js';
import {
  bindingOf,
  LiftQuery,
  ListSuppressionsQuery,
  SuppressRequest,
  targetOf,
} from './suppression.requests.js';
import { answerSuppressed, SuppressionEntry, SuppressionPage } from './suppression.response.js';

@Controller('v1/suppressions')
export class SuppressionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly listing: SuppressionListing,
  ) {}

  @Get()
  @Access('read')
  @DescribeRoute({
    summary: 'List suppressed numbers and prefixes',
    description: 'The entries that count now, newest first, page by page.',
    answers: { 200: SuppressionPage },
  })
  list(
    @CallingKeyOf() { key }: Calling,
    @Query(Validated) query: ListSuppressionsQuery,
  ): Promise<SuppressionPage> {
    return this.listing.page(key.tenantId, query);
  }

  @Post()
  @Access('write')
  @DescribeRoute({
    summary: 'Suppress a number or a prefix',
    description:
      'Leads with such a phone are stored and never dialed; of a brand only where `scope` is ' +
      '`brand`. With `seller` they are dialed, and not handed to that buyer. Repeating it changes ' +
      'nothing, and an entry in force is never weakened: the later end counts, and `opted_out` ' +
      'stays the reason. The answer is the entry as it is in force; take it off to make it end ' +
      'earlier.',
    body: SuppressRequest,
    answers: { 201: SuppressionEntry },
    idempotent: true,
  })
  async suppress(
    @CallingKeyOf() { policy, caller }: Calling,
    @Body(Validated) body: SuppressRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SuppressionEntry> {
    const { reason, source = null, expires_at = null } = body;
    const expiresAt = expires_at === null ? null : new Date(expires_at).toISOString();
    const what = [targetOf(body), reason, source, expiresAt, bindingOf(body)] as const;
    const command = new SuppressNumberCommand(policy, caller, ...what);
    return answerSuppressed(reply, await this.commands.execute(command));
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('write')
  @DescribeRoute({
    summary: 'Take an entry off the suppression list',
    description: 'The entry stays in the history. Repeating it changes nothing.',
    answers: { 204: null },
    notFound: 'suppression_not_found',
  })
  async lift(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
    @Query(Validated) { reason = 'lifted through the api' }: LiftQuery,
  ): Promise<void> {
    await this.commands.execute(new LiftSuppressionCommand(key.tenantId, caller, id, reason));
  }
}
