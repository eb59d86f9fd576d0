import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import { BODY_BYTES_MAX, OutboundSender, type OutboundSenderOptions } from './index.js';

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** A receiver on this machine; `seen` are the paths that were asked for. */
async function aReceiver(answer: Answering) {
  const seen: string[] = [];
  const server: Server = createServer((request, response) => {
    seen.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  });
  const { port } = server.address() as AddressInfo;
  return { seen, port, url: `http://127.0.0.1:${port}/hook` };
}

function aSender(options: Partial<OutboundSenderOptions> = {}) {
  const sender = new OutboundSender({ privateAllowed: true, ...options });
  open.push(sender);
  return sender;
}

const get = (url: string) => ({ method: 'GET', url, headers: {}, body: null }) as const;

describe('a request to somebody else', () => {
  it('is sent as it is, and what is answered is told', async () => {
    let sent = '';
    const { url } = await aReceiver((request, response) => {
      request.on('data', (chunk: Buffer) => (sent += chunk.toString()));
      request.on('end', () => {
        const type = request.headers['content-type'];
        response.writeHead(202, { 'retry-after': '7' }).end(`${request.method} ${type}`);
      });
    });
    const headers = { 'content-type': 'application/json' };
    const outcome = await aSender().send({ method: 'POST', url, headers, body: '{"a":1}' });
    expect(outcome).toMatchObject({ kind: 'answered', status: 202, retryAfterMs: 7_000 });
    expect(outcome).toMatchObject({ body: 'POST application/json' });
    expect(sent).toBe('{"a":1}');
  });

  it('does not follow a redirection', async () => {
    const { url, seen } = await aReceiver((_, response) => {
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await aSender().send(get(url))).toMatchObject({ kind: 'answered', status: 302 });
    expect(seen).toEqual(['/hook']);
  });

  it('reads no more of an answer than is kept', async () => {
    let closed = false;
    const { url } = await aReceiver((_, response) => {
      response.on('close', () => (closed = true));
      const pour = () => {
        while (!response.destroyed && response.write('ä'.repeat(1_000)));
        response.once('drain', pour);
      };
      pour();
    });
    const outcome = await aSender().send(get(url));
    const body = outcome.kind === 'answered' ? outcome.body : '';
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(BODY_BYTES_MAX);
    expect(body).toMatch(/^ä{2000,}$/);
    await until('the connection to be closed', () => closed);
  });

  it.each<[string, Answering]>([
    ['that says nothing', () => undefined],
    ['that never ends', (_, response) => void response.writeHead(200).write('x')],
  ])('gives a receiver up %s', async (_, answer) => {
    const { url } = await aReceiver(answer);
    expect(await aSender({ withinMs: 200 }).send(get(url))).toMatchObject({ kind: 'timeout' });
  });

  it('tells when nobody is there', async () => {
    const { url } = await aReceiver((request) => request.socket.destroy());
    expect(await aSender().send(get(url))).toMatchObject({ kind: 'unreachable' });
    const nowhere = get('http://127.0.0.1:1/');
    expect(await aSender().send(nowhere)).toMatchObject({ kind: 'unreachable' });
  });
});

describe('a forbidden address', () => {
  const leadsTo = (...addresses: string[]): Partial<OutboundSenderOptions> => ({
    resolve: (_, callback) => {
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    },
  });

  it('is not connected to when it stands in place of a name', async () => {
    const { port, seen } = await aReceiver((_, response) => response.end());
    const url = `https://127.0.0.1:${port}/`;
    const outcome = await aSender({ privateAllowed: false }).send(get(url));
    expect(outcome).toMatchObject({ kind: 'forbidden_address' });
    expect(seen).toEqual([]);
  });

  it.each([['127.0.0.1'], ['::ffff:127.0.0.1'], ['169.254.169.254'], ['8.8.8.8', '10.0.0.1']])(
    'is not connected to when a name leads there: %s',
    async (...addresses) => {
      const sender = aSender({ privateAllowed: false, ...leadsTo(...addresses) });
      const outcome = await sender.send(get('https://partner.example/'));
      expect(outcome).toMatchObject({ kind: 'forbidden_address' });
    },
  );

  it('of a cloud’s credentials is not connected to even where private ones are allowed', async () => {
    const sender = aSender(leadsTo('169.254.169.254'));
    const outcome = await sender.send(get('http://partner.example/'));
    expect(outcome).toMatchObject({ kind: 'forbidden_address' });
  });

  it('cannot be reached by a second answer: the name is resolved once, and that is connected to', async () => {
    const { port, seen } = await aReceiver((_, response) => response.end('here'));
    let asked = 0;
    const sender = aSender({
      resolve: (_, callback) => {
        asked += 1;
        const address = asked === 1 ? '127.0.0.1' : '169.254.169.254';
        callback(null, [{ address, family: 4 }]);
      },
    });
    const outcome = await sender.send(get(`http://partner.example:${port}/once`));
    expect(outcome).toMatchObject({ kind: 'answered', body: 'here' });
    expect({ asked, seen }).toEqual({ asked: 1, seen: ['/once'] });
  });
});
