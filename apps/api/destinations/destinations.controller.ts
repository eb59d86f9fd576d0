import {
  AddDestinationCommand,
  ChangeDestinationCommand,
  DestinationReader,
  reachOf,
  TurnDestinationCommand,
} from '#libs/calls';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiExtraModels } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { type Calling, CallingKeyOf } from '../http/calling.js';
import { Validated } from '../http/validated.pipe.js';
import { DestinationListing } from './destination-listing.js';
import { DestinationOpening } from './destination-settings.view.js';
import {
  DestinationChange,
  DestinationRequest,
  ListDestinationsQuery,
  orderOf,
  ReasonRequest,
} from './destination.requests.js';
import {
  answerDestination,
  DestinationPage,
  DestinationVersions,
  destinationVersions,
  DestinationView,
  destinationView,
} from './destination.response.js';

@Controller('v1/destinations')
@ApiExtraModels(DestinationOpening)
export class DestinationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly reader: DestinationReader,
    private readonly listing: DestinationListing,
  ) {}

  @Get()
  @Access('read')
  @DescribeRoute({
    summary: 'List destinations, newest first',
    description: 'Parties that qualified consumers may be connected to, page by page.',
    answers: { 200: DestinationPage },
  })
  list(
    @CallingKeyOf() { key }: Calling,
    @Query(Validated) query: ListDestinationsQuery,
  ): Promise<DestinationPage> {
    return this.listing.page(key.tenantId, query);
  }

  @Post()
  @Access('write')
  @DescribeRoute({
    summary: 'Add a destination',
    description:
      'All a buyer needs is a phone number or a SIP address. Hours, caps, payout, whisper and ' +
      'filter are optional.',
    body: DestinationRequest,
    answers: { 201: DestinationView },
    idempotent: true,
  })
  async add(
    @CallingKeyOf() { key, caller }: Calling,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DestinationView> {
    const { settings, reason } = orderOf(body);
    const reach = reachOf(key.tenantMode);
    // The destination has its command’s id: a request that comes again adds no other one.
    const id = caller.commandId;
    const command = new AddDestinationCommand(key.tenantId, caller, id, settings, reason, reach);
    return answerDestination(reply, await this.commands.execute(command));
  }

  @Get(':id')
  @Access('read')
  @DescribeRoute({
    summary: 'Read a destination',
    description: 'Folded from its history at this moment, so it is always current.',
    answers: { 200: DestinationView },
    notFound: 'destination_not_found',
  })
  async one(@CallingKeyOf() { key }: Calling, @Param('id') id: string): Promise<DestinationView> {
    return destinationView(await this.reader.find(key.tenantId, id));
  }

  @Get(':id/versions')
  @Access('read')
  @DescribeRoute({
    summary: 'Read every version of a destination',
    description: 'Each change, oldest first: before, after, who, why and when.',
    answers: { 200: DestinationVersions },
    notFound: 'destination_not_found',
  })
  async versions(
    @CallingKeyOf() { key }: Calling,
    @Param('id') id: string,
  ): Promise<DestinationVersions> {
    return destinationVersions(id, await this.reader.history(key.tenantId, id));
  }

  @Patch(':id')
  @Access('write')
  @DescribeRoute({
    summary: 'Change a destination',
    description:
      'What is left out stays as it is, within address, schedule, caps and payout, too; hours, ' +
      'closed days, tiers and the filter are replaced as a whole. Takes effect with the next ' +
      'transfer. Repeating it changes nothing.',
    body: DestinationChange,
    answers: { 200: DestinationView },
    notFound: 'destination_not_found',
    idempotent: true,
  })
  async change(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DestinationView> {
    const { settings, reason } = orderOf(body);
    const reach = reachOf(key.tenantMode);
    const command = new ChangeDestinationCommand(key.tenantId, caller, id, settings, reason, reach);
    return answerDestination(reply, await this.commands.execute(command));
  }

  @Post(':id/pause')
  @HttpCode(200)
  @Access('write')
  @DescribeRoute({
    summary: 'Pause a destination',
    description:
      'It takes no further call until it is resumed. Calls under way go on. Repeating it ' +
      'changes nothing.',
    body: ReasonRequest,
    answers: { 200: DestinationView },
    notFound: 'destination_not_found',
    idempotent: true,
  })
  async pause(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
    @Body(Validated) { reason }: ReasonRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DestinationView> {
    const turn = 'PauseDestination';
    const command = new TurnDestinationCommand(key.tenantId, caller, id, turn, reason ?? null);
    return answerDestination(reply, await this.commands.execute(command));
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Access('write')
  @DescribeRoute({
    summary: 'Resume a destination',
    description: 'It takes calls again, within its hours and caps. Repeating it changes nothing.',
    body: ReasonRequest,
    answers: { 200: DestinationView },
    notFound: 'destination_not_found',
    idempotent: true,
  })
  async resume(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
    @Body(Validated) { reason }: ReasonRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DestinationView> {
    const turn = 'ResumeDestination';
    const command = new TurnDestinationCommand(key.tenantId, caller, id, turn, reason ?? null);
    return answerDestination(reply, await this.commands.execute(command));
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('write')
  @DescribeRoute({
    summary: 'Retire a destination',
    description: 'For good; its versions stay readable. Repeating it changes nothing.',
    answers: { 204: null },
    notFound: 'destination_not_found',
  })
  async retire(
    @CallingKeyOf() { key, caller }: Calling,
    @Param('id') id: string,
    @Query(Validated) { reason }: ReasonRequest,
  ): Promise<void> {
    const turn = 'RetireDestination';
    await this.commands.execute(
      new TurnDestinationCommand(key.tenantId, caller, id, turn, reason ?? null),
    );
  }
}
