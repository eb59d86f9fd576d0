import { Controller, Get, Res } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { Readiness, ReadinessReport } from './readiness.js';

/** A sign of life. */
export class HealthReport {
  @ApiProperty({ enum: ['ok'] })
  status: 'ok';
}

@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('health')
  @Access('public')
  @DescribeRoute({
    summary: 'Is the process alive?',
    description: 'Asks no other part. For restarting a process that hangs.',
    answers: { 200: HealthReport },
    public: true,
  })
  health(): HealthReport {
    return { status: 'ok' };
  }

  @Get('ready')
  @Access('public')
  @DescribeRoute({
    summary: 'Can everything do its work?',
    description: 'Asks the event store, Postgres and the read models. For load balancers.',
    answers: { 200: ReadinessReport, 503: ReadinessReport },
    public: true,
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessReport> {
    const report = await this.readiness.report();
    reply.code(report.status === 'ready' ? 200 : 503);
    return report;
  }
}
