import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  /** `mute`: open, and nothing passes in either direction; what is sent is lost. */
  state: 'open' | 'mute';
}

/** A wire between a client and a server that can be cut, silenced, or cut at a chosen byte. */
export class TcpProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  /** Told of every chunk on its way back, before it is passed on; false loses it. */
  onAnswer: (chunk: Buffer) => boolean = () => true;
  connections = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** To a server on this machine. */
  static async to(port: number): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server);
    server.on('connection', (near) => {
      proxy.#join(near, connect(port, '127.0.0.1'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** Where an event store is that is behind it. */
  get url(): string {
    return `esdb://127.0.0.1:${this.port}?tls=false`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Breaks every connection there is; new ones are fine. */
  cut(): void {
    for (const { near, far } of this.#pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  }

  /** Leaves every connection there is open, and lets nothing through; new ones are fine. */
  mute(): void {
    for (const pair of this.#pairs) pair.state = 'mute';
  }

  /** Breaks every connection there is, and takes no more. */
  async close(): Promise<void> {
    this.#server.close();
    this.cut();
    await once(this.#server, 'close');
  }

  #join(near: Socket, far: Socket): void {
    const pair: Pair = { near, far, state: 'open' };
    this.connections += 1;
    this.#pairs.add(pair);
    near.on('data', (chunk) => pair.state === 'open' && far.write(chunk));
    far.on('data', (chunk) => {
      if (pair.state === 'open' && this.onAnswer(chunk)) near.write(chunk);
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => {
        other.destroy();
        this.#pairs.delete(pair);
      });
    }
  }
}
