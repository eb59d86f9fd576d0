import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { DNC_ANSWER_VALID_MS, DncProvider } from '../application/ports.js';
import { DNC_LISTS } from '../domain/dnc-rules.events.js';
import { type DncAnswer } from '../domain/lead.events.js';

/** Where the provider is, and what its silence means. */
export interface HttpDncProviderOptions {
  readonly url: string;
  /** Sent as a bearer token. */
  readonly key: string | null;
  readonly timeoutMs: number;
  /**
   * What a provider that fails means: `block` keeps the lead from being dialed until it answers,
   * `allow` treats it as if none were connected.
   */
  readonly onFailure: 'block' | 'allow';
  readonly now?: () => Date;
}

const CACHED_MAX = 50_000;

const Response = Compile(
  Type.Object({
    ...Object.fromEntries(DNC_LISTS.map((list) => [list, Type.Optional(Type.Boolean())])),
    listVersion: Type.Optional(Type.String()),
  }),
);

/**
 * A do-not-call provider over HTTP: `POST url {"phone":"+1…"}` answers
 * `{"national":false,"state":false,"internal":false,"litigator":false,"wireless":true,
 * "reassigned":false,"listVersion":"…"}`; lists left out count as clear, as long as one is named:
 * some providers answer 200 to a bad key. Any other status, body or a time-out is a failure.
 * Answers are kept in memory for at most 31 days.
 */
export class HttpDncProvider extends DncProvider {
  readonly #options: HttpDncProviderOptions;
  readonly #answers = new Map<string, { readonly answer: DncAnswer; readonly at: number }>();

  constructor(options: HttpDncProviderOptions) {
    super();
    this.#options = options;
  }

  override async check(e164: string, validMs = DNC_ANSWER_VALID_MS): Promise<DncAnswer> {
    const now = this.#now();
    const known = this.#answers.get(e164);
    if (known !== undefined && now.getTime() - known.at < validMs) return known.answer;
    try {
      const answer = toAnswer(await this.#ask(e164), now);
      this.#remember(e164, answer, now);
      return answer;
    } catch {
      const outcome = this.#options.onFailure === 'block' ? 'failed' : 'not_checked';
      return { outcome, lists: [], checkedAt: null, listVersion: null };
    }
  }

  async #ask(e164: string): Promise<unknown> {
    const { url, key, timeoutMs } = this.#options;
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        'content-type': 'application/json',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({ phone: e164 }),
    });
    if (!response.ok) throw new Error(`The provider answered ${response.status}.`);
    return response.json();
  }

  #remember(e164: string, answer: DncAnswer, now: Date): void {
    const [oldest] = this.#answers.keys();
    if (this.#answers.size >= CACHED_MAX && oldest !== undefined) this.#answers.delete(oldest);
    this.#answers.set(e164, { answer, at: now.getTime() });
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}

/** Stands where no provider is connected: allowed, and marked as not checked. */
export class NoDncProvider extends DncProvider {
  override check(): Promise<DncAnswer> {
    return Promise.resolve({
      outcome: 'not_checked',
      lists: [],
      checkedAt: null,
      listVersion: null,
    });
  }
}

function toAnswer(body: unknown, now: Date): DncAnswer {
  if (!Response.Check(body)) throw new Error('The provider answered in another shape.');
  const flags = body as Readonly<Record<string, unknown>>;
  if (DNC_LISTS.every((list) => flags[list] === undefined)) {
    throw new Error('The provider named no list.');
  }
  const lists = DNC_LISTS.filter((list) => flags[list] === true);
  return {
    outcome: lists.some((list) => list !== 'wireless') ? 'listed' : 'clear',
    lists,
    checkedAt: now.toISOString(),
    listVersion: typeof flags['listVersion'] === 'string' ? flags['listVersion'] : null,
  };
}

/** The provider at `url`, or the one that stands for none. */
export function connectDncProvider(
  options: Omit<HttpDncProviderOptions, 'url'> & { readonly url: string | null },
): DncProvider {
  const { url } = options;
  return url === null ? new NoDncProvider() : new HttpDncProvider({ ...options, url });
}
