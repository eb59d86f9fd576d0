import { AgentPort, type CallRef } from '#libs/calls';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { DescribeRoute } from '../docs/describe-route.js';
import { Access } from '../http/access/route-access.js';
import { OutcomeReport, OutcomeTaken, outcomeTaken } from './outcome.requests.js';

/** Where agents of a tenant’s own report. They prove themselves by the token of the one call. */
@Controller('v1/telephony/leads')
export class OutcomeController {
  constructor(private readonly agents: AgentPort) {}

  @Post(':leadId/calls/:callId/outcome')
  @HttpCode(200)
  @Access('public')
  @DescribeRoute({
    summary: 'Report what an agent’s conversation came to',
    description:
      'For scripts with an `agent`. After the disclosures the call is handed to it with `lead_id`, ' +
      '`call_id`, `outcome_url` (this address) and `token`: as query of the agent’s URL where it is ' +
      'a webhook, as parameters of the stream where it is a WebSocket. The first report counts; the ' +
      'same again changes nothing. A call that goes on without one has failed. An `opt_out` counts ' +
      'whenever it is reported, also after another result and once the call is over.',
    body: OutcomeReport,
    answers: { 200: OutcomeTaken },
    notFound: 'call_not_found',
    public: true,
  })
  async report(@Param() ref: CallRef, @Body() body: unknown): Promise<OutcomeTaken> {
    return outcomeTaken(await this.agents.outcome(ref, body));
  }
}
