import { once } from 'node:events';
import { createServer } from 'node:net';
import { portSentence } from './messages.js';
import { StartRefused } from './start-refused.js';

/**
 * Below the ports that systems give to outgoing connections: a part comes back to its port after
 * it died, and nobody may have been given that port meanwhile.
 */
const firstQuietPort = 15_000;
const quietPorts = 15_000;
const triesMax = 100;

/**
 * The port a part is to listen on, now and after every restart: `wanted`, or a free one for 0.
 * Rejects with {@link StartRefused} when it cannot be listened on.
 */
export async function portFor(host: string, wanted: number): Promise<number> {
  if (wanted === 0) return quietPort(host);
  const error = await tryListening(host, wanted);
  if (error === null) return wanted;
  throw new StartRefused(portSentence(host, wanted, error.code), { cause: error });
}

async function quietPort(host: string): Promise<number> {
  let error: NodeJS.ErrnoException | null = null;
  for (let tries = 0; tries < triesMax; tries += 1) {
    const port = firstQuietPort + Math.floor(Math.random() * quietPorts);
    error = await tryListening(host, port);
    if (error === null) return port;
    if (error.code !== 'EADDRINUSE') break;
  }
  throw new StartRefused(portSentence(host, firstQuietPort, error?.code), { cause: error });
}

/** `null` if it can be listened on. */
async function tryListening(host: string, port: number): Promise<NodeJS.ErrnoException | null> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
  server.close();
  await once(server, 'close');
  return null;
}
