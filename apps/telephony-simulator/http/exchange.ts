import { type IncomingMessage, type ServerResponse } from 'node:http';

/** An answer in JSON. `null` for the body: the connection is broken instead of an answer. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A request, read. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly authorization: string | undefined;
}

const BODY_BYTES_MAX = 65_536;

/** Reads a request to its end. Throws if its body is larger than any the interface takes. */
export async function readExchange(request: IncomingMessage): Promise<Exchange> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new RangeError('The body is too large.');
    chunks.push(chunk);
  }
  const url = new URL(request.url ?? '/', 'http://simulator');
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    body: Buffer.concat(chunks).toString('utf8'),
    authorization: request.headers.authorization,
  };
}

/** Sends an answer, or breaks the connection where there is to be none. */
export function send(response: ServerResponse, answer: Answer | null): void {
  if (answer === null) {
    response.destroy();
    return;
  }
  response.writeHead(answer.status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(answer.body));
}
