import { RepeatedRequests, type RequestLog } from '#libs/request-log';
import { describe, expect, it } from '@jest/globals';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type CallingKey } from './access/calling-key.js';
import { Exchange } from './exchange.js';
import { RequestRecorder } from './request-recorder.js';

const leadId = '2d0682a7-1c5b-8a47-9c10-3e8f7d6b5a49';

/** Which lead is noted for a request to `/v1/leads/{id}/consent`. */
function notedLead(id: string, statusCode = 200): string | null | undefined {
  const noted: Parameters<RequestLog['record']>[0][] = [];
  const log = { record: (request) => noted.push(request) } as Pick<RequestLog, 'record'>;
  const exchange = new Exchange();
  exchange.key = { keyId: 'key-1', tenantId: 'demo' } as CallingKey;
  const routeOptions = { url: '/v1/leads/:id/consent', config: { access: 'write' } };
  const request = { ...{ exchange, routeOptions, params: { id }, headers: {} }, id: 'request-1' };
  new RequestRecorder(log as RequestLog, new RepeatedRequests()).record(
    request as unknown as FastifyRequest,
    { statusCode } as FastifyReply,
    '',
  );
  return noted[0]?.leadId;
}

describe('a request about a lead', () => {
  it('is noted as such however the id was written, so that erasing the person finds it', () => {
    expect(notedLead(leadId)).toBe(leadId);
    expect(notedLead(leadId.toUpperCase())).toBe(leadId);
  });

  it('is not where there is no such lead', () => {
    expect([notedLead(leadId, 404), notedLead('nonsense')]).toEqual([null, null]);
  });
});
