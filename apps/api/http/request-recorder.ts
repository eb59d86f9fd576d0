import { noTenant } from '#libs/read-db';
import { type RepeatedRequests, type RequestLog } from '#libs/request-log';
import { type FastifyReply, type FastifyRequest } from 'fastify';

/** What the log can hold; a header may claim any number. */
const BYTES_MAX = 2 ** 31 - 1;

/** Hands every request to the request log as it is answered (IN-17). */
export class RequestRecorder {
  constructor(
    private readonly log: RequestLog,
    private readonly repeated: RepeatedRequests,
  ) {}

  /** Probes and documentation are not recorded: they carry nobody's data and come by the second. */
  record(request: FastifyRequest, reply: FastifyReply, payload: unknown): void {
    const { access } = request.routeOptions.config;
    if (access === 'public' || access === 'metrics') return;
    const { exchange } = request;
    const { key } = exchange;
    this.log.record({
      tenantId: key?.tenantId ?? noTenant,
      id: request.id,
      at: new Date(),
      keyId: key?.keyId ?? null,
      method: request.method,
      route: request.routeOptions.url ?? '(unknown)',
      status: reply.statusCode,
      latencyMs: Math.round((performance.now() - exchange.startedAt) * 1000) / 1000,
      bytesIn: Math.min(Number(request.headers['content-length'] ?? 0) || 0, BYTES_MAX),
      bytesOut: typeof payload === 'string' ? Buffer.byteLength(payload) : 0,
      outcome: this.#outcome(request),
      leadId: exchange.leadId ?? leadInAddress(request, reply),
      errorCode: exchange.errorCode,
      body: exchange.rawBody,
    });
  }

  /** The same payload from the same key inside a minute is a request sent twice (IN-10). */
  #outcome(request: FastifyRequest): string | null {
    const { key, rawBody, outcome } = request.exchange;
    if (key === null || rawBody === null) return outcome;
    if (request.headers['idempotency-key'] !== undefined) return outcome;
    const route = `${request.method} ${request.url}`;
    return this.repeated.isRepeated(key.keyId, route, rawBody) ? 'duplicate_request' : outcome;
  }
}

const LEAD_ROUTE = '/v1/leads/:id';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The lead a request was about, so that erasing a person finds every body that was about them. */
function leadInAddress(request: FastifyRequest, reply: FastifyReply): string | null {
  const { id: asked } = request.params as { readonly id?: string };
  const id = asked?.toLowerCase();
  const isAboutLead = request.routeOptions.url?.startsWith(LEAD_ROUTE) === true;
  const isKnown = reply.statusCode !== 404 && request.exchange.key !== null;
  return isAboutLead && isKnown && id !== undefined && UUID.test(id) ? id : null;
}
