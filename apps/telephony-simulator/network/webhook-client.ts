import { createHmac, randomUUID } from 'node:crypto';

/** Fields of a form. */
export type Fields = Readonly<Record<string, string>>;

/** How long whoever is asked may take: Twilio's limit, in our time and not the simulated one. */
export const WEBHOOK_PATIENCE_MS = 15_000;

/** Far more than instructions need. */
const ANSWER_CHARACTERS_MAX = 65_536;

/** Posts signed forms to the application, as Twilio does. */
export class WebhookClient {
  readonly #authToken: string;
  readonly #stop: AbortSignal;

  /** Requests under way end when `stop` aborts. */
  constructor(authToken: string, stop: AbortSignal) {
    this.#authToken = authToken;
    this.#stop = stop;
  }

  /** Posts as often as the fragment of the address allows (`rc`), until it is answered. */
  async ask(url: string, fields: Fields): Promise<string> {
    const token = randomUUID();
    for (let left = retriesOf(url); ; left -= 1) {
      try {
        return await this.post(url, fields, token);
      } catch (error) {
        if (left <= 0 || this.#stop.aborted) throw error;
      }
    }
  }

  /**
   * Resolves with the body of the answer. Throws, with a sentence for the log of the call, unless
   * it was 2xx and in time. A request that is repeated carries the same token.
   */
  async post(url: string, fields: Fields, token: string = randomUUID()): Promise<string> {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'x-twilio-signature': signatureOf(this.#authToken, url, fields),
        'i-twilio-idempotency-token': token,
      },
      body: new URLSearchParams(fields).toString(),
      signal: AbortSignal.any([this.#stop, AbortSignal.timeout(WEBHOOK_PATIENCE_MS)]),
    }).catch((error: unknown) => {
      throw new Error(`was not answered: ${reasonOf(error)}`);
    });
    const body = await response.text();
    if (!response.ok) throw new Error(`was answered with ${response.status}`);
    return body.slice(0, ANSWER_CHARACTERS_MAX);
  }
}

/**
 * Base64 of HMAC-SHA1 over the address without its fragment and all fields, sorted by name, with
 * nothing between.
 */
export function signatureOf(authToken: string, url: string, fields: Fields): string {
  const names = Object.keys(fields).sort();
  const text = names.reduce((joined, name) => joined + name + (fields[name] ?? ''), addressOf(url));
  return createHmac('sha1', authToken).update(text, 'utf8').digest('base64');
}

function addressOf(url: string): string {
  return url.split('#')[0] ?? url;
}

function retriesOf(url: string): number {
  return Number(new URLSearchParams(new URL(url).hash.slice(1)).get('rc') ?? 0);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
  return code === 'TimeoutError' ? `nothing within ${WEBHOOK_PATIENCE_MS} ms` : code;
}
