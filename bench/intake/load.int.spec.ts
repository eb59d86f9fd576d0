import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import { arrive, saturate, type Target } from './load.js';
import { Submissions } from './submissions.js';

let server: Server;

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

interface Received {
  readonly phone: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** A server that gives every complete request to `answer`. */
async function serve(
  answer: (response: ServerResponse, request: Received) => void,
): Promise<Target> {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { phone } = JSON.parse(body) as { phone: string };
      answer(response, { phone, headers: request.headers });
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const submissions = new Submissions(1, 0.2, new Date());
  return { name: 'the server', port, apiKeys: ['a', 'b'], submissions };
}

/** Answers as the two sides should: 201 for a new phone, 200 for one it knows. */
function rightly(known: Set<string>) {
  return (response: ServerResponse, { phone }: Received) => {
    const body = JSON.stringify({ phone });
    const status = known.has(phone) ? 200 : 201;
    known.add(phone);
    response.writeHead(status, { 'content-length': body.length }).end(body);
  };
}

describe('a closed loop', () => {
  it('counts what was created and keeps a latency of every answer', async () => {
    const known = new Set<string>();
    const measured = await saturate(await serve(rightly(known)), { connections: 4, seconds: 1 });
    expect(measured.created).toBe(known.size);
    expect(measured.answered).toBeGreaterThan(measured.created);
    expect(measured.latencies).toHaveLength(measured.answered);
    expect(measured.requestsPerSecond).toBeLessThanOrEqual(measured.answered);
  });

  it('uses its keys by turns and no Idempotency-Key twice', async () => {
    const keys = new Map<unknown, number>();
    const idempotencyKeys: unknown[] = [];
    const answer = rightly(new Set());
    const target = await serve((response, received) => {
      const { authorization } = received.headers;
      keys.set(authorization, (keys.get(authorization) ?? 0) + 1);
      idempotencyKeys.push(received.headers['idempotency-key']);
      answer(response, received);
    });
    await saturate(target, { connections: 1, seconds: 1 });
    const [a = 0, b = 0] = ['Bearer a', 'Bearer b'].map((key) => keys.get(key) ?? 0);
    expect(Math.abs(a - b)).toBeLessThanOrEqual(1);
    expect(new Set(idempotencyKeys).size).toBe(idempotencyKeys.length);
  });

  it('fails with the answer when one is no 2xx', async () => {
    const target = await serve((response) => {
      response.writeHead(503, { 'content-length': 4 }).end('busy');
    });
    const failing = saturate(target, { connections: 2, seconds: 1 });
    await expect(failing).rejects.toThrow('the server answered 503: busy');
  });

  it('fails when a server makes two leads of one phone', async () => {
    const target = await serve((response) => {
      response.writeHead(201, { 'content-length': 2 }).end('{}');
    });
    const failing = saturate(target, { connections: 2, seconds: 1 });
    await expect(failing).rejects.toThrow(/should have created \d+ leads and said \d+/);
  });

  it('fails when a connection breaks', async () => {
    const target = await serve((response) => response.socket?.destroy());
    await expect(saturate(target, { connections: 2, seconds: 1 })).rejects.toThrow('was closed');
  });
});

describe('an open loop', () => {
  it('measures every request that was due, those a stall kept from being sent too', async () => {
    const answer = rightly(new Set());
    let stalled: (() => void)[] | null = [];
    const target = await serve((response, received) => {
      if (stalled === null) answer(response, received);
      else
        stalled.push(() => {
          answer(response, received);
        });
    });
    const running = arrive(target, { connections: 2, seconds: 1, rate: 200 });
    await until('both connections to be stalled', () => stalled?.length === 2);
    await new Promise((over) => setTimeout(over, 500));
    const waiting = stalled;
    stalled = null;
    for (const resume of waiting) resume();
    const { latencies, answered } = await running;
    expect(waiting).toHaveLength(2);
    expect(answered).toBe(200);
    // Two connections were stalled, but a hundred requests were due meanwhile.
    const delayed = latencies.filter((latency) => latency > 100);
    expect(delayed.length).toBeGreaterThan(50);
  });
});
