import type { AddressInfo } from 'node:net';
import { createPeer } from './app.js';

/** Serves the peer on 127.0.0.1 and says on which port. */
const { PEER_DATABASE_URL = '', PEER_PORT = '0', PEER_POOL_SIZE = '10' } = process.env;

const peer = await createPeer({
  databaseUrl: PEER_DATABASE_URL,
  poolSize: Number(PEER_POOL_SIZE),
});
process.once('SIGTERM', () => void peer.close());
await peer.listen(Number(PEER_PORT), '127.0.0.1');
const { port } = peer.getHttpServer().address() as AddressInfo;
console.log(JSON.stringify({ port }));
