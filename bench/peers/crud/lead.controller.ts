import { Body, Controller, Get, Headers, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ApiKeyGuard, type KeyedRequest } from './api-key.guard.js';
import { LeadDto } from './lead.dto.js';
import { type Answer, LeadService } from './lead.service.js';

@Controller()
export class LeadController {
  constructor(private readonly leads: LeadService) {}

  @Get('health')
  health(): { status: string } {
    return { status: 'ok' };
  }

  @Post('v1/leads')
  @UseGuards(ApiKeyGuard)
  async receive(
    @Body() lead: LeadDto,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Req() request: KeyedRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer> {
    const { answer, replayed } = await this.leads.receive({
      lead,
      key: request.apiKey,
      idempotencyKey: idempotencyKey ?? null,
      ip: request.ip,
      userAgent: request.headers['user-agent'] ?? null,
    });
    if (replayed) void reply.header('Idempotent-Replayed', 'true');
    void reply.status(answer.outcome === 'created' ? 201 : 200);
    return answer;
  }
}
