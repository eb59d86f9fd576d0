import { type SimulatedCall } from './simulated-call.js';
import { type Fields } from './webhook-client.js';

/** Version of the interface, in addresses and forms. */
export const API_VERSION = '2010-04-01';

/** What every request about a call says. */
export function callFields(call: SimulatedCall, accountSid: string): Fields {
  const { to, from } = call.order;
  return {
    CallSid: call.sid,
    AccountSid: accountSid,
    From: from,
    To: to,
    Caller: from,
    Called: to,
    CallStatus: call.status,
    Direction: 'outbound-api',
    ApiVersion: API_VERSION,
    ...(call.answeredBy === null ? {} : { AnsweredBy: call.answeredBy }),
  };
}
