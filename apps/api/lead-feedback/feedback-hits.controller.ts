import { Controller, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { PostbackGate } from '../postbacks/postback-gate.js';
import { postbackTokenQuery } from '../postbacks/postback-hits.controller.js';
import { FeedbackDesk } from './feedback-desk.js';
import { answerFeedback, LeadFeedbackOutcome } from './feedback.response.js';

/** Statuses of errors that whoever says what became of a lead may be answered. */
export const feedbackErrors = [400, 401, 408, 413, 429, 503] as const;
const described = { public: true, errors: feedbackErrors } as const;

/** Where buyers’ platforms say what became of leads. */
@UseGuards(PostbackGate)
@Controller('v1/postbacks')
export class FeedbackHitsController {
  constructor(private readonly desk: FeedbackDesk) {}

  @Post('leads')
  @HttpCode(201)
  @Access('public', { takesAnything: true })
  @ApiQuery(postbackTokenQuery)
  @DescribeRoute({
    summary: 'Say what became of a lead',
    description:
      'accepted, rejected (with a `reason`), delivered, converted or returned, as a field `status`, ' +
      '`type` or `outcome`; of the lead named by `lead_id`, `transfer_id`, `call_id`, `event_id` or ' +
      '`reference`, which hold ids of ours. Takes JSON, XML, forms, lists and tokens as POST ' +
      '/v1/postbacks/calls does, stores all of it as it came before it answers, and tells the ' +
      'lead: its history shows `LeadFeedbackReceived`. No money changes.',
    answers: { 201: LeadFeedbackOutcome },
    ...described,
  })
  post(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.#take(request, reply);
  }

  @Get('leads')
  @Access('public', { takesAnything: true })
  @ApiQuery(postbackTokenQuery)
  @DescribeRoute({
    summary: 'Say what became of a lead by an address alone',
    description:
      'As POST /v1/postbacks/leads. With `Accept: image/*` it is answered with a picture of one pixel.',
    answers: { 200: LeadFeedbackOutcome },
    ...described,
  })
  get(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.#take(request, reply);
  }

  async #take(request: FastifyRequest, reply: FastifyReply) {
    return answerFeedback(request, reply, await this.desk.take(request));
  }
}
