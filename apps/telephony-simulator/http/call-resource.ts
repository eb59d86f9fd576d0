import { API_VERSION } from '../network/call-fields.js';
import { type SimulatedCall } from '../network/simulated-call.js';
import { toRfc2822 } from '../network/simulated-clock.js';

/** A call as the interface shows it. */
export function callResource(call: SimulatedCall, accountSid: string): object {
  const { to, from } = call.order;
  return {
    sid: call.sid,
    account_sid: accountSid,
    ...{ to, from, to_formatted: to, from_formatted: from },
    status: call.status,
    direction: 'outbound-api',
    api_version: API_VERSION,
    answered_by: call.answeredBy,
    date_created: toRfc2822(call.createdAt),
    date_updated: toRfc2822(call.endedAt ?? call.answeredAt ?? call.createdAt),
    start_time: call.startedAt === null ? null : toRfc2822(call.startedAt),
    end_time: call.endedAt === null ? null : toRfc2822(call.endedAt),
    duration: call.endedAt === null ? null : String(call.durationSeconds),
    price: null,
    price_unit: 'USD',
    parent_call_sid: null,
    uri: `/${API_VERSION}/Accounts/${accountSid}/Calls/${call.sid}.json`,
  };
}

/** Calls as the interface lists them: all on one page. */
export function callPage(calls: readonly SimulatedCall[], accountSid: string): object {
  const uri = `/${API_VERSION}/Accounts/${accountSid}/Calls.json`;
  return {
    calls: calls.map((call) => callResource(call, accountSid)),
    ...{ page: 0, page_size: calls.length, start: 0, end: Math.max(0, calls.length - 1) },
    ...{ uri, first_page_uri: uri, next_page_uri: null, previous_page_uri: null },
  };
}
