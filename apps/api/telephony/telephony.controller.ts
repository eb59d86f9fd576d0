import { type CallRef, ConsumerLine, DestinationLine, type TransferRef } from '#libs/calls';
import {
  readRoomReport,
  readVoiceReport,
  renderVoice,
  type VoiceReport,
  type VoiceStep,
} from '#libs/telephony';
import {
  Controller,
  HttpCode,
  Param,
  ParseIntPipe,
  Post,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Access } from '../http/access/route-access.js';
import { formOf, SignedByProvider } from './signed-by-provider.guard.js';

const CALL = ':leadId/calls/:callId';
const TRANSFER = `${CALL}/transfers/:transferId`;

/**
 * Where the telephony provider asks what to say, and reports what happened. Not for clients: every
 * request must carry the provider’s signature, and every address was given to it with the call.
 */
@ApiExcludeController()
@UseGuards(SignedByProvider)
@Controller('v1/telephony/leads')
export class TelephonyController {
  constructor(
    private readonly consumers: ConsumerLine,
    private readonly destinations: DestinationLine,
  ) {}

  @Post(`${CALL}/answer`)
  @HttpCode(200)
  @Access('public')
  async answered(
    @Param() ref: CallRef,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return spoken(reply, await this.consumers.answered(ref, reportOf(request)));
  }

  @Post(`${CALL}/questions/:questionId/:tries`)
  @HttpCode(200)
  @Access('public')
  async replied(
    @Param() ref: CallRef,
    @Param('questionId') questionId: string,
    @Param('tries', ParseIntPipe) tries: number,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const report = reportOf(request);
    return spoken(reply, await this.consumers.replied(ref, questionId, tries, report));
  }

  @Post(`${CALL}/disclosures/:times`)
  @HttpCode(200)
  @Access('public')
  async disclosed(
    @Param() ref: CallRef,
    @Param('times', ParseIntPipe) times: number,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return spoken(reply, await this.consumers.disclosed(ref, times, reportOf(request)));
  }

  @Post(`${CALL}/next`)
  @HttpCode(200)
  @Access('public')
  async next(
    @Param() ref: CallRef,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return spoken(reply, await this.consumers.next(ref));
  }

  @Post(`${CALL}/released`)
  @HttpCode(200)
  @Access('public')
  released(@Res({ passthrough: true }) reply: FastifyReply): string {
    return spoken(reply, this.consumers.released());
  }

  @Post(`${CALL}/room`)
  @HttpCode(204)
  @Access('public')
  seen(@Param() ref: CallRef, @Req() request: FastifyRequest): Promise<void> {
    return this.destinations.seen(ref, readRoomReport(formOf(request)));
  }

  @Post(`${CALL}/status`)
  @HttpCode(204)
  @Access('public')
  reported(@Param() ref: CallRef, @Req() request: FastifyRequest): Promise<void> {
    return this.consumers.reported(ref, reportOf(request));
  }

  @Post(`${TRANSFER}/answer`)
  @HttpCode(200)
  @Access('public')
  async destinationAnswered(
    @Param() ref: TransferRef,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return spoken(reply, await this.destinations.answered(ref, reportOf(request)));
  }

  @Post(`${TRANSFER}/connect`)
  @HttpCode(200)
  @Access('public')
  async destinationReady(
    @Param() ref: TransferRef,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return spoken(reply, await this.destinations.ready(ref, reportOf(request)));
  }

  @Post(`${TRANSFER}/status`)
  @HttpCode(204)
  @Access('public')
  destinationReported(@Param() ref: TransferRef, @Req() request: FastifyRequest): Promise<void> {
    return this.destinations.reported(ref, reportOf(request));
  }
}

function reportOf(request: FastifyRequest): VoiceReport {
  return readVoiceReport(formOf(request), request.headers);
}

function spoken(reply: FastifyReply, steps: readonly VoiceStep[]): string {
  reply.type('text/xml; charset=utf-8');
  return renderVoice(steps);
}
