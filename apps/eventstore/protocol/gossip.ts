import { randomUUID } from 'node:crypto';

import type { GrpcCall } from '../grpc/grpc-call.js';
import { encodeFrame } from './shared-messages.js';

const LEADER = 8;

/**
 * Handles `Gossip.Read`: a cluster of one, which is its leader. Clients that were given several
 * hosts, or `esdb+discover`, connect to the member named here: the address they reached us by.
 */
export function serveGossip(): (call: GrpcCall) => void {
  const instanceId = randomUUID();
  return (call) => {
    call.receiveOne(() => {
      const { address, port } = endpointOf(call.headers[':authority'] ?? '');
      call.send(
        encodeFrame((writer) => {
          writer.message(1, (member) => {
            member.message(1, (uuid) => {
              uuid.string(2, instanceId);
            });
            // .NET ticks: 100 ns since the year 1 in EventStoreDB; clients only show it.
            member.varint(2, Date.now() * 10_000);
            member.varint(3, LEADER);
            member.varint(4, 1);
            member.message(5, (endpoint) => {
              endpoint.string(1, address);
              endpoint.varint(2, port);
            });
          });
        }),
      );
      call.finish();
    });
  };
}

function endpointOf(authority: string): { address: string; port: number } {
  const url = new URL(`http://${authority}`);
  return { address: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || '80') };
}
