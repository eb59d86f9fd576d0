import twilio from 'twilio';

type Request<Data> = Parameters<typeof twilio.RequestClient.prototype.request<Data>>[0];

/**
 * Twilio's own HTTP client, sent to another address: the same code talks to the provider and to
 * the simulator. It asks once and follows nowhere else.
 */
export class DirectedClient extends twilio.RequestClient {
  readonly #baseUrl: string | null;

  constructor(baseUrl: string | null, timeoutMs: number) {
    super({ timeout: timeoutMs, autoRetry: false });
    this.#baseUrl = baseUrl;
  }

  override request<Data>(request: Request<Data>) {
    const uri = this.#baseUrl === null ? request.uri : directed(request.uri, this.#baseUrl);
    return super.request<Data>({ ...request, uri, allowRedirects: false });
  }
}

function directed(uri: string, baseUrl: string): string {
  const { pathname, search } = new URL(uri);
  return baseUrl.replace(/\/$/, '') + pathname + search;
}
