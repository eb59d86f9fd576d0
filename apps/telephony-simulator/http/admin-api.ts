import { readFaults } from '../network/faults.js';
import { type SimulatedCall } from '../network/simulated-call.js';
import { type TelephoneNetwork } from '../network/telephone-network.js';
import { type Answer, type Exchange } from './exchange.js';

/** A call with everything that happened in it. */
export interface CallView {
  readonly sid: string;
  readonly to: string;
  readonly from: string;
  readonly status: string;
  readonly answeredBy: string | null;
  readonly createdAt: string;
  readonly answeredAt: string | null;
  readonly endedAt: string | null;
  readonly durationSeconds: number;
  readonly log: readonly { readonly at: string; readonly what: string }[];
}

const SHOWN_DEFAULT = 100;
const HANG_UP = /^\/simulator\/calls\/(CA[0-9a-f]{32})\/hang-up$/;

/** What people see and do who stand beside the network: look into calls, hang up, break things. */
export function answerAdmin(network: TelephoneNetwork, exchange: Exchange): Answer {
  const { method, path, query } = exchange;
  if (method === 'GET' && path === '/simulator/calls') {
    const limit = Number(query.get('limit') ?? SHOWN_DEFAULT);
    return { status: 200, body: { calls: network.calls.all().slice(0, limit).map(viewOf) } };
  }
  if (path === '/simulator/faults') return answerFaults(network, exchange);
  const [, sid] = method === 'POST' ? (HANG_UP.exec(path) ?? []) : [];
  if (sid === undefined) return { status: 404, body: { message: `There is no ${path}.` } };
  if (network.hangUp(sid, 'person')) return { status: 202, body: { sid } };
  return { status: 409, body: { message: 'There is no such call, or it is over.' } };
}

function answerFaults(network: TelephoneNetwork, { method, body }: Exchange): Answer {
  try {
    if (method === 'POST') network.faults = readFaults(JSON.parse(body), network.faults);
    return { status: 200, body: network.faults };
  } catch (error) {
    return { status: 400, body: { message: error instanceof Error ? error.message : '' } };
  }
}

/** A call as people look at it. */
export function viewOf(call: SimulatedCall): CallView {
  const { sid, order, status, answeredBy, createdAt, endedAt, durationSeconds, log } = call;
  return {
    ...{ sid, to: order.to, from: order.from, status, answeredBy, durationSeconds },
    createdAt: createdAt.toISOString(),
    answeredAt: call.answeredAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
    log: [...log],
  };
}
