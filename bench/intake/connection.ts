import { connect, type Socket } from 'node:net';

/** A complete answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

interface Waiting {
  readonly answered: (answer: HttpAnswer) => void;
  readonly failed: (error: Error) => void;
}

/**
 * One keep-alive HTTP/1.1 connection to 127.0.0.1 with one request in flight.
 *
 * It reads just as much of HTTP as the two servers write (a status line, Content-Length and a
 * body), because load and servers share the cores: a general client costs several times as much.
 */
export class Connection {
  #received = '';
  #waiting: Waiting | null = null;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      this.#read(chunk);
    });
    socket.on('error', (error) => {
      this.#fail(error.message);
    });
    socket.on('close', () => {
      this.#fail('it was closed');
    });
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new Connection(socket);
  }

  /** Sends a request of ASCII text. Exactly one of the callbacks is called, once. */
  send(request: string, answered: Waiting['answered'], failed: Waiting['failed']): void {
    this.#waiting = { answered, failed };
    this.socket.write(request, 'latin1');
  }

  close(): void {
    this.socket.removeAllListeners('close');
    this.socket.destroy();
  }

  #read(chunk: string): void {
    this.#received += chunk;
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const bodyStart = headEnd + 4;
    const length = contentLength(this.#received, headEnd);
    if (length === null) {
      this.#fail('the answer has no Content-Length');
      return;
    }
    if (this.#received.length < bodyStart + length) return;
    const status = Number(this.#received.slice(9, 12));
    const body = this.#received.slice(bodyStart, bodyStart + length);
    this.#received = this.#received.slice(bodyStart + length);
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.answered({ status, body });
  }

  #fail(reason: string): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.failed(new Error(`A connection to the server failed: ${reason}.`));
  }
}

const lengthHeader = /\r\ncontent-length: *(\d+)\r\n/i;

function contentLength(text: string, headEnd: number): number | null {
  const found = lengthHeader.exec(text.slice(0, headEnd + 2));
  return found === null ? null : Number(found[1]);
}
