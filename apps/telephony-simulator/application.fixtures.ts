import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import {
  readVoiceReport,
  renderVoice,
  signatureIsValid,
  type VoiceReport,
  type VoiceStep,
} from '#libs/telephony';

/** A request the network made. */
export interface WebhookRequest {
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly report: VoiceReport;
  readonly signed: boolean;
}

/** What the application answers a request for instructions with; a number is a status alone. */
export type Instructor = (request: WebhookRequest) => readonly VoiceStep[] | string | number;

/** An application for tests: a real HTTP server that tells calls what to do. */
export interface Application {
  readonly url: string;
  /** Requests in the order they came, those of status at `/status`. */
  readonly requests: WebhookRequest[];
  instruct(instructor: Instructor): void;
  /** Statuses that were told of a call, in the order they came. */
  statusesOf(providerCallId: string): string[];
  close(): Promise<void>;
}

/** Reports about rooms say nothing of the status of a leg, which is that of a talk. */
const IN_ROOM = { CallStatus: 'in-progress' };

/** Starts it on a free port of the loopback. */
export async function startApplication(authToken: string): Promise<Application> {
  let instructor: Instructor = () => [];
  const requests: WebhookRequest[] = [];
  const server = createServer((request, response) => {
    let rawBody = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (rawBody += chunk));
    request.on('end', () => {
      const params = Object.fromEntries(new URLSearchParams(rawBody));
      const path = request.url ?? '/';
      const signature = request.headers['x-twilio-signature'] as string | undefined;
      const contentType = request.headers['content-type'];
      const address = { url: url() + path, params, rawBody, contentType };
      const signed = signatureIsValid({ authToken, signature, ...address });
      const report = readVoiceReport({ ...IN_ROOM, ...params }, request.headers);
      const asked = { path, params, report, signed };
      requests.push(asked);
      const answer = path.startsWith('/status') ? 204 : instructor(asked);
      response.writeHead(typeof answer === 'number' ? answer : 200, { 'content-type': 'text/xml' });
      response.end(textOf(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url(),
    requests,
    instruct: (next) => {
      instructor = next;
    },
    statusesOf: (providerCallId) =>
      requests
        .filter(
          ({ path, report }) => path === '/status' && report.providerCallId === providerCallId,
        )
        .map(({ report }) => report.status),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

function textOf(answer: ReturnType<Instructor>): string {
  if (typeof answer === 'number') return '';
  return typeof answer === 'string' ? answer : renderVoice(answer);
}
