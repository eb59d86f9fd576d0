import { Controller, Get, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { Registry } from 'prom-client';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { ProjectionMetrics } from './projection-metrics.js';

@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly registry: Registry,
    private readonly projections: ProjectionMetrics,
  ) {}

  @Get()
  @Access('metrics')
  @DescribeRoute({
    summary: 'Metrics for Prometheus',
    description:
      'Lag, state and rebuilds of the read models, requests, what became of submitted leads, and ' +
      'this process. Nothing is told by tenant. Needs an operator’s key or METRICS_TOKEN.',
    answers: { 200: null },
  })
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    await this.projections.refresh();
    reply.type(this.registry.contentType);
    return this.registry.metrics();
  }
}
