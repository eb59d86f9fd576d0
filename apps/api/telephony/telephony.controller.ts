import { type CallRef, ConsumerLine, DestinationLine, type TransferRef } from '#libs/calls';
import {
  readAnswererReport,
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
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Access } from '../http/access/route-access.js';
import { DescribeVoice } from './describe-voice.js';
import { formOf, SignedByProvider } from './signed-by-provider.guard.js';

const CALL = ':leadId/calls/:callId';
const TRANSFER = `${CALL}/transfers/:transferId`;

/**
 * Where the telephony provider asks what to say, and reports what happened. Not for clients: every
 * request must carry the provider’s signature, and every address was given to it with the call.
 */
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
  @DescribeVoice({
    summary: 'Ask what to say to a consumer who answered',
    description: 'Begins the script, or ends the call where a machine answered.',
    answers: 'instructions',
  })
  async answered(
    @Param() ref: CallRef,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return spoken(reply, await this.consumers.answered(ref, reportOf(request)));
  }

  @Post(`${CALL}/answerer`)
  @HttpCode(204)
  @Access('public')
  @DescribeVoice({
    summary: 'Report whether a person answered or a machine',
    description: 'Found out while the script was heard; ends the call to a machine.',
    answers: 'nothing',
  })
  recognised(@Param() ref: CallRef, @Req() request: FastifyRequest): Promise<void> {
    return this.consumers.recognised(ref, readAnswererReport(formOf(request)));
  }

  @Post(`${CALL}/questions/:questionId/:tries`)
  @HttpCode(200)
  @Access('public')
  @DescribeVoice({
    summary: 'Tell what a consumer answered, and ask what to say next',
    description: 'The answer to a question of the script, by key or speech.',
    answers: 'instructions',
  })
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
  @DescribeVoice({
    summary: 'Tell that the disclosures were heard, and ask what to say next',
    description: 'A key or a word meanwhile ends the call, if it is one to opt out.',
    answers: 'instructions',
  })
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
  @DescribeVoice({
    summary: 'Ask what a consumer is to hear who waits',
    description:
      'Music while a destination is called; then the destination, or that nobody is there.',
    answers: 'instructions',
  })
  async next(
    @Param() ref: CallRef,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return spoken(reply, await this.consumers.next(ref, reportOf(request)));
  }

  @Post(`${CALL}/released`)
  @HttpCode(200)
  @Access('public')
  @DescribeVoice({
    summary: 'Ask what to say to whom a room let go of',
    description: 'Ends the call, unless the consumer still waits for a destination.',
    answers: 'instructions',
  })
  async released(
    @Param() ref: CallRef,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return spoken(reply, await this.consumers.released(ref, reportOf(request)));
  }

  @Post(`${CALL}/room`)
  @HttpCode(204)
  @Access('public')
  @DescribeVoice({
    summary: 'Report who came into the room of a call, or left it',
    description: 'Begins the billable clock, once the destination is with the consumer.',
    answers: 'nothing',
  })
  seen(@Param() ref: CallRef, @Req() request: FastifyRequest): Promise<void> {
    return this.destinations.seen(ref, readRoomReport(formOf(request)));
  }

  @Post(`${CALL}/status`)
  @HttpCode(204)
  @Access('public')
  @DescribeVoice({
    summary: 'Report how the call to a consumer stands',
    description: 'Ringing, answered, over, and by whom it was answered.',
    answers: 'nothing',
  })
  reported(@Param() ref: CallRef, @Req() request: FastifyRequest): Promise<void> {
    return this.consumers.reported(ref, reportOf(request));
  }

  @Post(`${TRANSFER}/answer`)
  @HttpCode(200)
  @Access('public')
  @DescribeVoice({
    summary: 'Ask what to say to a destination that answered',
    description: 'The whisper, and the key to accept with.',
    answers: 'instructions',
  })
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
  @DescribeVoice({
    summary: 'Tell that a destination heard the whisper, and ask what to do',
    description: 'Connects it with the consumer, unless it declined or the consumer is gone.',
    answers: 'instructions',
  })
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
  @DescribeVoice({
    summary: 'Report how the call to a destination stands',
    description: 'Ringing, answered, over. Ends the transfer, or has the next destination called.',
    answers: 'nothing',
  })
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
