import { connect, createServer, type Server, type Socket } from 'node:net';

type Mode = 'passing' | 'silent' | 'down';

/**
 * A connection between two processes that a test can break: the faults of a network, and no mocks.
 */
export class FaultyLink {
  readonly port: number;
  readonly #server: Server;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #sockets = new Set<Socket>();
  #mode: Mode = 'passing';

  private constructor(server: Server, target: { host: string; port: number }) {
    this.#server = server;
    this.#target = target;
    this.port = (server.address() as { port: number }).port;
    server.on('connection', (socket) => {
      this.#join(socket);
    });
  }

  /** A link to where `url` points, and the URL that leads through it. */
  static async before(url: string): Promise<{ link: FaultyLink; url: string }> {
    const { hostname, port } = new URL(url);
    const server = createServer({ pauseOnConnect: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const link = new FaultyLink(server, { host: hostname, port: Number(port) });
    return { link, url: url.replace(`${hostname}:${port}`, `127.0.0.1:${link.port}`) };
  }

  /** Every connection breaks, and new ones are ended at once. */
  goDown(): void {
    this.#mode = 'down';
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Connections stay open, and nothing comes through: as if the other side were stopped. */
  fallSilent(): void {
    this.#mode = 'silent';
    for (const socket of this.#sockets) socket.pause();
  }

  recover(): void {
    this.#mode = 'passing';
    for (const socket of this.#sockets) socket.resume();
  }

  async close(): Promise<void> {
    this.goDown();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket): void {
    if (this.#mode === 'down') {
      near.destroy();
      return;
    }
    const far = connect(this.#target);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (chunk) => to.write(chunk));
      from.on('error', () => undefined);
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
    if (this.#mode === 'silent') far.pause();
    else near.resume();
  }
}
