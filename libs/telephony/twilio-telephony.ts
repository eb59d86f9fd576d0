import { isPrivateAddress } from '#libs/kernel';
import twilio from 'twilio';
import { askedAgain } from './asked-again.js';
import { readAnsweredBy, readCallStatus } from './call-status.js';
import { callRefused, telephonyUnavailable } from './errors.js';
import {
  type CallOrder,
  type CallSearch,
  type MachineDetection,
  PROVIDER_PATIENCE_MS,
  type ProviderCall,
  Telephony,
} from './port.js';
import { DirectedClient } from './twilio-client.js';

/** How to reach the account. */
export interface TwilioOptions {
  /** Begins with AC. */
  readonly accountSid: string;
  readonly authToken: string;
  /** `null`: Twilio itself; else where something that speaks like it listens. */
  readonly apiBaseUrl: string | null;
  /** {@link PROVIDER_PATIENCE_MS} unless a test is in a hurry. */
  readonly patienceMs?: number;
}

type TwilioCall = Awaited<ReturnType<twilio.Twilio['calls']['list']>>[number];

const FOUND_MAX = 1_000;
const EVENTS = ['initiated', 'ringing', 'answered', 'completed'];
/** Twilio's code for a change to a call that is over. */
const CALL_IS_OVER = 21_220;

/** The telephone as Twilio connects it. */
export class TwilioTelephony extends Telephony {
  override readonly name = 'twilio';
  override readonly isSimulated: boolean;
  readonly #client: twilio.Twilio;
  readonly #patienceMs: number;

  constructor(options: TwilioOptions) {
    super();
    const { accountSid, authToken, apiBaseUrl, patienceMs = PROVIDER_PATIENCE_MS } = options;
    this.#patienceMs = patienceMs;
    // A relay to the provider rings real phones: only a network of one’s own can be a simulated
    // one.
    this.isSimulated = apiBaseUrl !== null && isPrivateAddress(apiBaseUrl);
    this.#client = twilio(accountSid, authToken, {
      accountSid,
      httpClient: new DirectedClient(apiBaseUrl, patienceMs),
    });
  }

  override async placeCall(order: CallOrder): Promise<{ readonly providerCallId: string }> {
    const { to, from, answerUrl, statusUrl, ringSeconds, machines, sendDigits } = order;
    const { sid } = await this.#ask(
      this.#client.calls.create({
        ...{ to, from, url: askedAgain(answerUrl), method: 'POST', timeout: ringSeconds },
        ...{
          statusCallback: askedAgain(statusUrl),
          statusCallbackMethod: 'POST',
          statusCallbackEvent: EVENTS,
        },
        ...detectionOf(machines),
        ...(sendDigits === null ? {} : { sendDigits }),
      }),
      explainOrder,
    );
    return { providerCallId: sid };
  }

  override async lookUpCall(providerCallId: string): Promise<ProviderCall | null> {
    try {
      return toProviderCall(await this.#ask(this.#client.calls(providerCallId).fetch(), raw));
    } catch (error) {
      if (isStatus(error, 404)) return null;
      throw explain(error);
    }
  }

  /**
   * Compares instants here: a call has no start time at Twilio before it is dialed, and would be
   * overlooked.
   */
  override async findCalls({ to, from, since }: CallSearch): Promise<ProviderCall[]> {
    const earliest = Math.floor(Date.parse(since) / 1_000) * 1_000;
    const page = { limit: FOUND_MAX, pageSize: FOUND_MAX };
    const calls = await this.#ask(this.#client.calls.list({ to, from, ...page }));
    return calls.filter((call) => placedAt(call) >= earliest).map(toProviderCall);
  }

  override async endCall(providerCallId: string): Promise<void> {
    try {
      await this.#ask(this.#client.calls(providerCallId).update({ status: 'completed' }), raw);
    } catch (error) {
      if (isStatus(error, 404) || isOverAlready(error)) return;
      throw explain(error);
    }
  }

  override async redirectCall(providerCallId: string, url: string): Promise<void> {
    await this.#ask(
      this.#client.calls(providerCallId).update({ url: askedAgain(url), method: 'POST' }),
    );
  }

  /** Waits no longer than patience lasts, whatever the connection does meanwhile. */
  async #ask<Answer>(answer: Promise<Answer>, failure: (error: unknown) => unknown = explain) {
    const impatience = new AbortController();
    const tooLate = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`No answer within ${this.#patienceMs} ms.`));
      }, this.#patienceMs);
      impatience.signal.addEventListener('abort', () => {
        clearTimeout(timer);
      });
    });
    try {
      return await Promise.race([answer, tooLate]);
    } catch (error) {
      throw failure(error);
    } finally {
      impatience.abort();
    }
  }
}

function detectionOf(machines: MachineDetection) {
  switch (machines.detection) {
    case 'off':
      return {};
    case 'wait':
      return { machineDetection: 'Enable' };
    case 'async':
      return {
        ...{ machineDetection: 'Enable', asyncAmd: 'true', asyncAmdStatusCallbackMethod: 'POST' },
        asyncAmdStatusCallback: askedAgain(machines.resultUrl),
      };
  }
}

function raw(error: unknown): unknown {
  return error;
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof twilio.RestException && error.status === status;
}

function isOverAlready(error: unknown): boolean {
  return error instanceof twilio.RestException && error.code === CALL_IS_OVER;
}

/**
 * Twilio's sentences repeat numbers, and errors of the connection carry the request with its
 * credentials; neither may reach a log.
 */
function explain(error: unknown): Error {
  if (error instanceof twilio.RestException) {
    const { status, code } = error;
    if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
      return callRefused(code ?? null, ABOUT_THE_ACCOUNT.has(status) ? 'account' : 'request');
    }
    return telephonyUnavailable(new Error(`The provider answered ${status}.`));
  }
  const { code } = error as NodeJS.ErrnoException;
  return telephonyUnavailable(new Error(`The provider did not answer (${code ?? 'time-out'}).`));
}

/** No credentials, no money, no right to call, too many orders. */
const ABOUT_THE_ACCOUNT: ReadonlySet<number> = new Set([401, 402, 403, 429]);

/** An order beyond the limit of the account is not placed, whatever becomes of other requests. */
function explainOrder(error: unknown): Error {
  if (isStatus(error, 429)) return callRefused(codeOf(error), 'account');
  return explain(error);
}

function codeOf(error: unknown): number | null {
  return error instanceof twilio.RestException ? (error.code ?? null) : null;
}

function placedAt({ dateCreated, startTime }: TwilioCall): number {
  return (instantOf(dateCreated) ?? instantOf(startTime) ?? new Date(0)).getTime();
}

function toProviderCall(call: TwilioCall): ProviderCall {
  return {
    providerCallId: call.sid,
    to: call.to,
    from: call.from,
    // Statuses of later versions are no end of the call, as far as we know.
    status: readCallStatus(call.status) ?? 'in_progress',
    startedAt: instantOf(call.startTime)?.toISOString() ?? null,
    endedAt: instantOf(call.endTime)?.toISOString() ?? null,
    durationSeconds: secondsOf(call.duration),
    answeredBy: readAnsweredBy(call.answeredBy),
  };
}

function secondsOf(text: string | null | undefined): number | null {
  return typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : null;
}

/** The package gives the text back where it could not read it. */
function instantOf(date: Date | string | null | undefined): Date | null {
  return date instanceof Date && !Number.isNaN(date.getTime()) ? date : null;
}
