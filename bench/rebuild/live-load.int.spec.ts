import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Target } from '../intake/load.js';
import { Submissions } from '../intake/submissions.js';
import { liveDuring } from './live-load.js';

let server: Server;
let answered: number;
let target: Target;

beforeEach(async () => {
  answered = 0;
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      answered += 1;
      response.writeHead(201, { 'content-length': 2 }).end('{}');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const submissions = new Submissions(1, 0, new Date());
  target = { name: 'the server', port, apiKeys: ['a'], submissions };
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

describe('a load during some work', () => {
  it('goes on until the work has ended, and measures every request', async () => {
    let end: () => void = () => undefined;
    const work = new Promise<string>((resolve) => {
      end = () => {
        resolve('rebuilt');
      };
    });
    const running = liveDuring(target, 50, () => work);
    server.on('request', () => {
      if (answered >= 110) end();
    });
    const { result, latency } = await running;
    expect(result).toBe('rebuilt');
    expect(latency.requests).toBe(answered);
    expect(latency.requests).toBeGreaterThan(110);
  });

  it('fails with the work', async () => {
    const failing = liveDuring(target, 50, () => Promise.reject(new Error('no worker')));
    await expect(failing).rejects.toThrow('no worker');
  });
});
