import { createPeer } from './app.js';

/** Serves the peer: `PEER_DATABASE_URL`, `PEER_PORT`, `PEER_POOL_SIZE`. */
const { PEER_DATABASE_URL = '', PEER_PORT = '3100', PEER_POOL_SIZE = '10' } = process.env;

const peer = await createPeer({
  databaseUrl: PEER_DATABASE_URL,
  poolSize: Number(PEER_POOL_SIZE),
});
process.once('SIGTERM', () => void peer.close());
await peer.listen(Number(PEER_PORT), '127.0.0.1');
