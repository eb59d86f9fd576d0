import { VoiceDesk } from '#libs/calls';
import { readVoiceReport, renderVoice, type VoiceReport, type VoiceStep } from '#libs/telephony';
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
  constructor(private readonly desk: VoiceDesk) {}

  @Post(`${CALL}/answer`)
  @HttpCode(200)
  @Access('public')
  async answered(
    @Param() ref: CallParams,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return spoken(reply, await this.desk.consumerAnswered(ref, reportOf(request)));
  }

  @Post(`${CALL}/questions/:questionId/:tries`)
  @HttpCode(200)
  @Access('public')
  async replied(
    @Param() ref: CallParams,
    @Param('questionId') questionId: string,
    @Param('tries', ParseIntPipe) tries: number,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const report = reportOf(request);
    return spoken(reply, await this.desk.consumerReplied(ref, questionId, tries, report));
  }

  @Post(`${CALL}/next`)
  @HttpCode(200)
  @Access('public')
  async next(
    @Param() ref: CallParams,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return spoken(reply, await this.desk.next(ref));
  }

  @Post(`${CALL}/released`)
  @HttpCode(200)
  @Access('public')
  released(@Res({ passthrough: true }) reply: FastifyReply): string {
    return spoken(reply, this.desk.released());
  }

  @Post(`${CALL}/status`)
  @HttpCode(204)
  @Access('public')
  reported(@Param() ref: CallParams, @Req() request: FastifyRequest): Promise<void> {
    return this.desk.consumerReported(ref, reportOf(request));
  }

  @Post(`${TRANSFER}/answer`)
  @HttpCode(200)
  @Access('public')
  async destinationAnswered(
    @Param() ref: TransferParams,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return spoken(reply, await this.desk.destinationAnswered(ref, reportOf(request)));
  }

  @Post(`${TRANSFER}/connect`)
  @HttpCode(200)
  @Access('public')
  async destinationReady(
    @Param() ref: TransferParams,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return spoken(reply, await this.desk.destinationReady(ref, reportOf(request)));
  }

  @Post(`${TRANSFER}/status`)
  @HttpCode(204)
  @Access('public')
  destinationReported(@Param() ref: TransferParams, @Req() request: FastifyRequest): Promise<void> {
    return this.desk.destinationReported(ref, reportOf(request));
  }
}

interface CallParams {
  readonly leadId: string;
  readonly callId: string;
}

interface TransferParams extends CallParams {
  readonly transferId: string;
}

function reportOf(request: FastifyRequest): VoiceReport {
  return readVoiceReport(formOf(request), request.headers);
}

function spoken(reply: FastifyReply, steps: readonly VoiceStep[]): string {
  reply.type('text/xml; charset=utf-8');
  return renderVoice(steps);
}
