import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Counter, Histogram, type Registry } from 'prom-client';

/** Upper ends in seconds; the last is the deadline at which a request is answered 503. */
const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 4.5];
const INTAKE_ROUTE = '/v1/leads';

/**
 * Counts requests as they are answered, and what became of submitted leads (OP-3). Costs about a
 * microsecond of each. Tenants are told apart nowhere.
 */
export class RequestMetrics {
  readonly #durations: Histogram<'method' | 'route' | 'status'>;
  readonly #submissions: Counter<'outcome'>;
  readonly #refusals: Counter<'code'>;
  readonly #verdicts: Counter<'eligible'>;
  readonly #reasons: Counter<'reason'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#durations = new Histogram({
      name: 'leadledger_http_request_duration_seconds',
      help: 'From the arrival of a request’s headers until its answer is sent.',
      labelNames: ['method', 'route', 'status'],
      buckets: LATENCY_BUCKETS,
      registers,
    });
    this.#submissions = new Counter({
      name: 'leadledger_intake_submissions_total',
      help: 'Leads submitted to POST /v1/leads, by outcome; replayed ones were answered before.',
      labelNames: ['outcome'],
      registers,
    });
    this.#refusals = new Counter({
      name: 'leadledger_intake_refusals_total',
      help: 'Submissions that were refused, by error code.',
      labelNames: ['code'],
      registers,
    });
    this.#verdicts = new Counter({
      name: 'leadledger_intake_verdicts_total',
      help: 'Leads created, by whether they may be dialed.',
      labelNames: ['eligible'],
      registers,
    });
    this.#reasons = new Counter({
      name: 'leadledger_intake_ineligible_total',
      help: 'Why leads were created ineligible; one lead may count for several reasons.',
      labelNames: ['reason'],
      registers,
    });
  }

  /** Takes note of a request that is being answered. */
  record(request: FastifyRequest, reply: FastifyReply): void {
    const { method } = request;
    // Addresses nobody declared are one series, and their methods are anything.
    const route = request.routeOptions.url;
    const labels = { method: route === undefined ? '-' : method, route: route ?? '(unknown)' };
    const seconds = (performance.now() - request.exchange.startedAt) / 1_000;
    this.#durations.observe({ ...labels, status: String(reply.statusCode) }, seconds);
    if (route === INTAKE_ROUTE && method === 'POST') this.#recordSubmission(request);
  }

  #recordSubmission({ exchange }: FastifyRequest): void {
    const { outcome, errorCode, ineligibleReasons } = exchange;
    if (errorCode !== null) this.#refusals.inc({ code: errorCode });
    this.#submissions.inc({ outcome: errorCode === null ? (outcome ?? 'other') : 'refused' });
    if (outcome !== 'created' || ineligibleReasons === null) return;
    this.#verdicts.inc({ eligible: ineligibleReasons.length === 0 ? 'yes' : 'no' });
    for (const reason of ineligibleReasons) this.#reasons.inc({ reason });
  }
}
