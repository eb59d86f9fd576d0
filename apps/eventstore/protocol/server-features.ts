import type { GrpcCall } from '../grpc/grpc-call.js';
import { encodeFrame } from './shared-messages.js';

/** The version whose behaviour this server has; clients switch features on by it. */
const SERVER_VERSION = '24.10.0';

/** Lower case, as EventStoreDB lists them. BatchAppend being here is why clients use it. */
const METHODS: readonly [service: string, method: string, features: readonly string[]][] = [
  ['event_store.client.streams.streams', 'read', ['position', 'events']],
  ['event_store.client.streams.streams', 'append', []],
  ['event_store.client.streams.streams', 'batchappend', ['deadline_duration']],
  ['event_store.client.streams.streams', 'delete', []],
  ['event_store.client.streams.streams', 'tombstone', []],
  ['event_store.client.gossip.gossip', 'read', []],
  ['event_store.client.server_features.serverfeatures', 'getsupportedmethods', []],
];

/** Handles `ServerFeatures.GetSupportedMethods`, the first thing a client asks. */
export function serveServerFeatures(call: GrpcCall): void {
  call.receiveOne(() => {
    call.send(encodeFrame(writeSupportedMethods));
    call.finish();
  });
}

function writeSupportedMethods(writer: Parameters<Parameters<typeof encodeFrame>[0]>[0]): void {
  for (const [service, method, features] of METHODS) {
    writer.message(1, (supported) => {
      supported.string(1, method);
      supported.string(2, service);
      for (const feature of features) supported.string(3, feature);
    });
  }
  writer.string(2, SERVER_VERSION);
}
