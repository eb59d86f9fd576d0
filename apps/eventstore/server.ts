import type { CallHandler } from './grpc/grpc-server.js';
import { GrpcServer } from './grpc/grpc-server.js';
import { EventLog } from './log/event-log.js';
import { serveAppend } from './protocol/append.js';
import { serveBatchAppend } from './protocol/batch-append.js';
import { serveDelete } from './protocol/delete.js';
import { serveGossip } from './protocol/gossip.js';
import { serveRead } from './protocol/read.js';
import { serveServerFeatures } from './protocol/server-features.js';

export interface EventStoreOptions {
  /** Where the log is kept; created if it does not exist. One process at a time may use it. */
  readonly dataDir: string;
  /** Default 127.0.0.1. There is no authentication and no encryption: do not expose it. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Called if the files fail in a way only a restart can answer. Default: the process ends. */
  readonly onFatal?: (error: Error) => void;
}

/** A running event store. */
export interface EventStoreServer {
  /** Connection string for `@eventstore/db-client`. */
  readonly url: string;
  /** Finishes the writes under way, ends every call with CANCELLED and closes the files. */
  close(): Promise<void>;
}

/** Starts the embedded event store within this process. */
export async function startEventStore(options: EventStoreOptions): Promise<EventStoreServer> {
  const { dataDir, host = '127.0.0.1', port = 0, onFatal = rethrow } = options;
  const log = await EventLog.open({ dataDir, onFatal });
  const server = await GrpcServer.listen({ handlers: handlersOf(log), host, port }).catch(
    async (error: unknown) => {
      await log.close();
      throw error;
    },
  );
  return {
    url: `esdb://${host.includes(':') ? `[${host}]` : host}:${server.port}?tls=false`,
    close: async () => {
      await log.idle();
      await server.close();
      await log.close();
    },
  };
}

function handlersOf(log: EventLog): ReadonlyMap<string, CallHandler> {
  return new Map<string, CallHandler>([
    ['/event_store.client.streams.Streams/Read', serveRead(log)],
    ['/event_store.client.streams.Streams/Append', serveAppend(log)],
    ['/event_store.client.streams.Streams/BatchAppend', serveBatchAppend(log)],
    ['/event_store.client.streams.Streams/Delete', serveDelete(log, 'soft_delete')],
    ['/event_store.client.streams.Streams/Tombstone', serveDelete(log, 'tombstone')],
    ['/event_store.client.gossip.Gossip/Read', serveGossip()],
    ['/event_store.client.server_features.ServerFeatures/GetSupportedMethods', serveServerFeatures],
  ]);
}

function rethrow(error: Error): never {
  throw error;
}
