import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort } from '#libs/embedded-postgres';
import { portSentence } from './messages.js';
import { StartRefused } from './start-refused.js';

/**
 * The port a part is to listen on, now and after every restart: `wanted`, or a free one for 0.
 * Rejects with {@link StartRefused} when it cannot be listened on.
 */
export async function portFor(host: string, wanted: number): Promise<number> {
  if (wanted === 0) return freePort();
  const server = createServer();
  try {
    server.listen({ host, port: wanted, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartRefused(portSentence(host, wanted, code), { cause: error });
  }
  server.close();
  await once(server, 'close');
  return wanted;
}
