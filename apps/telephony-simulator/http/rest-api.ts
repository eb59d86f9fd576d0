import { createHash, timingSafeEqual } from 'node:crypto';
import { API_VERSION } from '../network/call-fields.js';
import { orderFate } from '../network/faults.js';
import { type TelephoneNetwork } from '../network/telephone-network.js';
import { readOrder, readSource } from './call-order.js';
import { callPage, callResource } from './call-resource.js';
import { type Answer, type Exchange } from './exchange.js';
import {
  brokenDown,
  notAuthenticated,
  notFound,
  notInProgress,
  tooManyRequests,
  twilioError,
} from './twilio-error.js';

/** Whose calls these are. */
export interface Account {
  readonly sid: string;
  readonly authToken: string;
  readonly seed: number;
}

const PAGE_SIZE_DEFAULT = 50;
const PAGE_SIZE_MAX = 1_000;

/** The part of Twilio's interface that has to do with calls. */
export class RestApi {
  readonly #account: Account;
  readonly #network: TelephoneNetwork;
  #orders = 0;

  constructor(account: Account, network: TelephoneNetwork) {
    this.#account = account;
    this.#network = network;
  }

  /** `null`: the connection breaks before the answer. */
  answer(exchange: Exchange): Answer | null {
    if (!this.#isAuthenticated(exchange)) return notAuthenticated();
    const calls = `/${API_VERSION}/Accounts/${this.#account.sid}/Calls`;
    const { method, path, query } = exchange;
    if (path === `${calls}.json`) {
      if (method === 'POST') return this.#create(new URLSearchParams(exchange.body));
      if (method === 'GET') return this.#list(query);
    }
    const sid = path.startsWith(`${calls}/`) ? path.slice(calls.length + 1, -'.json'.length) : '';
    if (/^CA[0-9a-f]{32}$/.test(sid) && path.endsWith('.json')) {
      if (method === 'POST') return this.#change(sid, new URLSearchParams(exchange.body));
      if (method === 'GET') return this.#show(sid);
    }
    return notFound(path);
  }

  #isAuthenticated({ authorization = '' }: Exchange): boolean {
    const { sid, authToken } = this.#account;
    const expected = `Basic ${Buffer.from(`${sid}:${authToken}`).toString('base64')}`;
    return timingSafeEqual(digestOf(authorization), digestOf(expected));
  }

  #create(form: URLSearchParams): Answer | null {
    const fate = orderFate(this.#network.faults, this.#account.seed, this.#orders);
    this.#orders += 1;
    if (fate === 'refused') return tooManyRequests();
    if (fate === 'failed') return brokenDown();
    const { order, refusal } = readOrder(form);
    if (order === null) return refusal;
    const call = this.#network.place(order);
    if (fate === 'answer_lost') return null;
    return { status: 201, body: callResource(call, this.#account.sid) };
  }

  #show(sid: string): Answer {
    const call = this.#network.calls.get(sid);
    if (call === undefined) return notFound(sid);
    return { status: 200, body: callResource(call, this.#account.sid) };
  }

  #list(query: URLSearchParams): Answer {
    const to = query.get('To');
    const from = query.get('From');
    const since = Date.parse(query.get('StartTime>') ?? '');
    const limit = Math.min(Number(query.get('PageSize') ?? PAGE_SIZE_DEFAULT), PAGE_SIZE_MAX);
    const { calls } = this.#network;
    const found = (to === null ? calls.all() : calls.to(to)).filter(
      ({ order, startedAt }) =>
        (from === null || order.from === from) &&
        // A call that was not dialed yet has no start to compare.
        (Number.isNaN(since) || (startedAt !== null && startedAt.getTime() >= since)),
    );
    return { status: 200, body: callPage(found.slice(0, limit), this.#account.sid) };
  }

  #change(sid: string, form: URLSearchParams): Answer {
    const call = this.#network.calls.get(sid);
    if (call === undefined) return notFound(sid);
    const status = form.get('Status');
    const source = readSource(form);
    if (status === null && source === null) return twilioError(400, 21_205, 'Url is malformed');
    if (status !== null && status !== 'completed' && status !== 'canceled') {
      return twilioError(400, 21_218, 'Invalid Status');
    }
    // A call that somebody answered cannot be canceled any more.
    if (status === 'canceled' && call.answeredAt !== null) return notInProgress();
    const done =
      source === null || status !== null
        ? this.#network.hangUp(sid, 'application')
        : this.#network.redirect(sid, source);
    return done ? this.#show(sid) : notInProgress();
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
