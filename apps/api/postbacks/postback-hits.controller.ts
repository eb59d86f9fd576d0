import { Controller, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { PostbackDesk } from './postback-desk.js';
import { PostbackGate, TOKEN_LIMIT } from './postback-gate.js';
import { answerHits, PostbackOutcome } from './postback-hit.response.js';

const FORMS =
  'Takes JSON, XML, forms, the address alone, or a mixture, under any field names that are known ' +
  '(GET /v1/postback-aliases), and lists of up to 500 reports. The body wins over the address. ' +
  'Whatever comes with a good token is stored as it came before it is answered; only JSON that is ' +
  'none is answered 400, and stored all the same. A list is answered `{"postbacks": [...]}`. ' +
  `A token takes ${TOKEN_LIMIT.toLocaleString('en-US')} requests a minute, and 64 KB each.`;

const described = {
  answers: { 200: PostbackOutcome },
  public: true,
  errors: [400, 401, 408, 413, 429, 503],
} as const;
/** How the token is described, wherever buyers’ platforms report. */
export const postbackTokenQuery = {
  name: 'token',
  required: false,
  description: 'The postback token; or a field `token`, or `Authorization: Bearer`.',
};

/** Where buyers’ platforms report what calls came to. */
@UseGuards(PostbackGate)
@Controller('v1/postbacks')
export class PostbackHitsController {
  constructor(private readonly desk: PostbackDesk) {}

  @Post('calls')
  @HttpCode(200)
  @Access('public', { takesAnything: true })
  @ApiQuery(postbackTokenQuery)
  @DescribeRoute({ summary: 'Report on a call', description: FORMS, ...described })
  post(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.#take(request, reply);
  }

  @Get('calls')
  @Access('public', { takesAnything: true })
  @ApiQuery(postbackTokenQuery)
  @DescribeRoute({
    summary: 'Report on a call by an address alone',
    description: `${FORMS} With \`Accept: image/*\` it is answered with a picture of one pixel.`,
    ...described,
  })
  get(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.#take(request, reply);
  }

  @Get('calls.gif')
  @Access('public', { takesAnything: true })
  @ApiQuery(postbackTokenQuery)
  @DescribeRoute({
    summary: 'Report on a call by a pixel',
    description: 'As GET /v1/postbacks/calls, answered with a picture of one pixel.',
    ...{ ...described, answers: { 200: null } },
  })
  pixel(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.#take(request, reply);
  }

  async #take(request: FastifyRequest, reply: FastifyReply) {
    return answerHits(request, reply, await this.desk.take(request));
  }
}
