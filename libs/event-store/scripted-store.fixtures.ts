import { afterEach } from '@jest/globals';
import type streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { connectEventStore } from './eventstoredb.adapter.js';
import { type DecodedMessage, followLog } from './follow-log.js';
import { type EventStore, type LogMessage } from './port.js';
import {
  caughtUp,
  event,
  type ReadCall,
  type Script,
  ScriptedServer,
} from './scripted-server.fixtures.js';
import { theatreCatalog } from './theatre.fixtures.js';

/** What the spec has begun and must end after each test, last begun first. */
const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** Has `end` called after the test. */
export function afterwards(end: () => unknown): void {
  endings.push(end);
}

/** A store behind the port that follows `script`; `credentials` as `name:password`. */
export async function scripted(
  script: Script,
  credentials?: string,
): Promise<{ store: EventStore; url: string }> {
  const server = await ScriptedServer.start(script);
  const who = credentials === undefined ? '' : `${credentials}@`;
  const store = connectEventStore(server.url.replace('//', `//${who}`));
  afterwards(() => {
    server.close();
  });
  afterwards(() => store.close());
  return { store, url: server.url };
}

/**
 * A subscription gets `responses`; a read, which can only be for the end of the log, its `head`.
 */
export function answering(responses: readonly streamsPb.ReadResp[], head = 1_000n): Script {
  const read = (call: ReadCall): void => {
    if (call.request.getOptions()?.hasSubscription() === true) {
      for (const response of [...responses, caughtUp()]) call.write(response);
    } else {
      call.write(event(head));
      call.end();
    }
  };
  return { read };
}

/** What a subscription to a server that sends `responses` hands out, up to "caught up". */
export async function subscribed(
  responses: readonly streamsPb.ReadResp[],
  after: bigint | null = null,
): Promise<LogMessage[]> {
  const { store } = await scripted(answering(responses));
  const messages: LogMessage[] = [];
  const { signal } = new AbortController();
  for await (const message of store.subscribeToAll({ after, streamPrefixes: ['t'], signal })) {
    if (message.kind === 'caught_up') break;
    messages.push(message);
  }
  return messages;
}

/** What following that server comes to, up to "caught up". */
export async function followed(
  responses: readonly streamsPb.ReadResp[],
): Promise<{ messages: DecodedMessage[]; unknown: string[] }> {
  const { store } = await scripted(answering(responses));
  const messages: DecodedMessage[] = [];
  const unknown: string[] = [];
  const following = followLog({
    store,
    catalog: theatreCatalog,
    after: null,
    streamPrefixes: ['theatre-'],
    signal: new AbortController().signal,
    onUnknown: (type) => unknown.push(type),
  });
  for await (const message of following) {
    if (message.kind === 'caught_up') break;
    messages.push(message);
  }
  return { messages, unknown };
}
