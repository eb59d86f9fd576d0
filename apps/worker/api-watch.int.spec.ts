import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { until } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiWatch } from './api-watch.js';

let api: Server | null;
let port: number;
let status: number;
let told: string[];
let watch: ApiWatch;
let stop: () => Promise<void>;

beforeEach(async () => {
  [port, status, told] = [0, 200, []];
  await apiComes();
  await apiGoes();
  const say = (_: object, sentence: string) => told.push(sentence);
  const logger = { info: say, warn: say } as unknown as ConstructorParameters<
    typeof ApiWatch
  >[0]['logger'];
  watch = new ApiWatch({ apiUrl: `http://127.0.0.1:${port}`, logger, everyMs: 10 });
  const stopping = new AbortController();
  const running = watch.run(stopping.signal);
  stop = async () => {
    stopping.abort();
    await running;
  };
});
afterEach(async () => {
  await stop();
  await apiGoes();
});

/** Always at the same address, as after a restart. */
async function apiComes(): Promise<void> {
  const server = createServer(({ url }, response) => {
    response.writeHead(url === '/ready' ? status : 404).end('{}');
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  ({ port } = server.address() as AddressInfo);
  api = server;
}

async function apiGoes(): Promise<void> {
  const server = api;
  api = null;
  if (server === null) return;
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
}

const untilMayDial = (may: boolean) => until(`${may}`, () => watch.mayDial() === may);
const untilTold = (count: number) => until('it to be told', () => told.length === count);

describe('the watch over the api', () => {
  it('lets nobody be dialed before the api was reached', async () => {
    await untilTold(1);
    expect(watch.mayDial()).toBe(false);
    expect(told[0]).toContain('not ready yet');
  });

  it('lets people be dialed while it is there, and nobody while it is away', async () => {
    await apiComes();
    await untilMayDial(true);
    await apiGoes();
    await untilMayDial(false);
    await apiComes();
    await untilMayDial(true);
  });

  it('lets nobody be dialed while it says that it is not ready', async () => {
    await apiComes();
    await untilMayDial(true);
    status = 503;
    await untilMayDial(false);
    status = 200;
    await untilMayDial(true);
  });

  it('takes no other answer for one', async () => {
    status = 302;
    await apiComes();
    await untilTold(1);
    expect(watch.mayDial()).toBe(false);
  });

  it('says each change once', async () => {
    await untilTold(1);
    await apiComes();
    await untilTold(2);
    await apiGoes();
    await untilTold(3);
    expect(told.map((sentence) => sentence.split(':')[0])).toEqual([
      'the api is not ready yet',
      'the api is ready',
      'the api does not answer that it is ready',
    ]);
  });
});
