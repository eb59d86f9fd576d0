import { until } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { freshPhone, type Servers, startApi, startServers } from './api.harness.js';

const entry = join(import.meta.dirname, '../../dist/apps/api/main.js');

interface Run {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly exited: Promise<number | null>;
}

describe('the api as a process', () => {
  let servers: Servers;
  let key: string;

  beforeAll(async () => {
    servers = await startServers();
    const api = await startApi(servers);
    key = await api.createKey('demo');
    await api.close();
  });
  afterAll(() => servers.close());

  function start(environment: Record<string, string> = {}): Run {
    const child = spawn(process.execPath, [entry], {
      env: {
        PATH: process.env.PATH ?? '',
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
        PORT: '0',
        EVENTSTORE_URL: servers.eventStoreUrl,
        DATABASE_URL: servers.databaseUrl,
        MASTER_KEY: servers.masterKey,
        ...environment,
      },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
    return { child, stdout: () => stdout, stderr: () => stderr, exited };
  }

  const urlOf = (run: Run) =>
    until('the api to listen', () => /"url":"([^"]+)"/.exec(run.stdout())?.[1]);

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints nothing but log lines, and at %s answers what is under way and ends',
    async (signal) => {
      const run = start();
      const { port } = new URL(await urlOf(run));
      let answer = '';
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('data', (chunk) => (answer += chunk.toString()));
      const body = JSON.stringify({ phone: freshPhone() });
      const head = [
        'POST /v1/leads HTTP/1.1',
        'host: localhost',
        'content-type: application/json',
        `content-length: ${body.length}`,
        `authorization: Bearer ${key}`,
      ];
      // Half a request is under way when the signal comes.
      socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 5)}`);
      await until('the answer to a request on another connection', async () => {
        const response = await fetch(`http://127.0.0.1:${port}/health`);
        return response.ok;
      });
      run.child.kill(signal);
      await until('the api to be stopping', () => run.stdout().includes('the api stops'));
      socket.write(body.slice(5));
      expect(await run.exited).toBe(0);
      expect(answer).toMatch(/^HTTP\/1\.1 201 /);
      expect(run.stderr()).toBe('');
      for (const line of run.stdout().trim().split('\n')) {
        expect(JSON.parse(line)).toMatchObject({ process: 'api' });
      }
    },
  );

  it('says in one sentence that its port is taken', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as { port: number };
    const run = start({ PORT: String(port) });
    expect(await run.exited).toBe(1);
    expect(run.stderr()).toBe(
      `The api stops: Port ${port} on 127.0.0.1 is taken. Stop what uses it, or set PORT to another one.\n`,
    );
    await new Promise((resolve) => holder.close(resolve));
  });

  it('says in one sentence which setting is missing', async () => {
    const run = start({ EVENTSTORE_URL: '' });
    expect(await run.exited).toBe(1);
    expect(run.stderr()).toMatch(/^The api stops: EVENTSTORE_URL is not set\. .*\n$/);
  });
});
