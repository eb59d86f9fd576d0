import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

/** How the double treats the next questions. */
export type DncBehaviour =
  | { readonly kind: 'answer'; readonly body: unknown; readonly status?: number }
  | { readonly kind: 'silent' };

/** A do-not-call provider for tests: a real HTTP server that answers as it is told. */
export interface DncDouble {
  readonly url: string;
  /** Bodies and authorization headers of the questions so far. */
  readonly questions: { readonly phone: unknown; readonly authorization: string | undefined }[];
  behave(behaviour: DncBehaviour): void;
  close(): Promise<void>;
}

/** Starts the double on a free port of the loopback. */
export async function startDncDouble(): Promise<DncDouble> {
  let behaviour: DncBehaviour = { kind: 'answer', body: { national: false } };
  const questions: DncDouble['questions'] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const { phone } = JSON.parse(text) as { phone: unknown };
      questions.push({ phone, authorization: request.headers.authorization });
      if (behaviour.kind === 'silent') return;
      response.writeHead(behaviour.status ?? 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(behaviour.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/lookup`,
    questions,
    behave: (next) => {
      behaviour = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
