import { Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { PostbackGate } from '../postbacks/postback-gate.js';
import { postbackTokenQuery } from '../postbacks/postback-hits.controller.js';
import { FeedbackDesk } from './feedback-desk.js';
import { feedbackErrors } from './feedback-hits.controller.js';
import { answerFeedback, LeadFeedbackAnswer, LeadFeedbackOutcome } from './feedback.response.js';

const described = { public: true, errors: feedbackErrors } as const;

/**
 * Other addresses for what buyers say of leads (PB-10): that of the distribution family, and the
 * one that platforms which speak LeadConduit’s feedback ask for.
 */
@UseGuards(PostbackGate)
@Controller()
export class FeedbackAliasesController {
  constructor(private readonly desk: FeedbackDesk) {}

  @Post('api/v1/postbacks/leads')
  @HttpCode(201)
  @Access('public', { takesAnything: true })
  @ApiQuery(postbackTokenQuery)
  @DescribeRoute({
    summary: 'Say what became of a lead, answered as distribution is',
    description: 'As POST /v1/postbacks/leads; the answer is in `data`.',
    answers: { 201: LeadFeedbackAnswer },
    ...described,
  })
  async distribution(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const answer = await this.#take(request, reply);
    return answer instanceof Buffer ? answer : { data: answer };
  }

  @Post('feedback')
  @HttpCode(201)
  @Access('public', { takesAnything: true })
  @ApiQuery(postbackTokenQuery)
  @DescribeRoute({
    summary: 'Say what became of a lead, as LeadConduit is told',
    description:
      'As POST /v1/postbacks/leads: `event_id` names the lead or the transfer by our id, `type` is ' +
      '`return` or `conversion`, `reason` says why.',
    answers: { 201: LeadFeedbackOutcome },
    ...described,
  })
  feedback(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.#take(request, reply);
  }

  async #take(request: FastifyRequest, reply: FastifyReply) {
    return answerFeedback(request, reply, await this.desk.take(request));
  }
}
