import { parseConnectionString } from '@eventstore/db-client/dist/Client/parseConnectionString.js';
import { readFileSync } from 'node:fs';
import { type SecureContextOptions } from 'node:tls';

/** How a node is reached. */
export interface StoreAddress {
  /** `http://host:port` or `https://host:port`. */
  readonly origin: string;
  /** Authority and certificate of TLS; nothing of both means those of the system, and none. */
  readonly secrets: SecureContextOptions;
  /** How often the connection is tried; never if either of the two is negative. */
  readonly keepAliveIntervalMs: number;
  readonly keepAliveTimeoutMs: number;
}

/**
 * What the connection string `url` says of every node, for the one that the client found: `node` as
 * in `127.0.0.1:2113`.
 */
export function storeAddress(url: string, node: string): StoreAddress {
  const options = parseConnectionString(url);
  return {
    origin: `${options.tls === false ? 'http' : 'https'}://${node}`,
    secrets: {
      ...(options.tlsCAFile !== undefined && { ca: readFileSync(options.tlsCAFile) }),
      ...(options.userCertFile !== undefined && { cert: readFileSync(options.userCertFile) }),
      ...(options.userKeyFile !== undefined && { key: readFileSync(options.userKeyFile) }),
    },
    keepAliveIntervalMs: options.keepAliveInterval ?? 10_000,
    keepAliveTimeoutMs: options.keepAliveTimeout ?? 10_000,
  };
}
