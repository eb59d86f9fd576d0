import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { portFor } from './listen-check.js';

describe('the port of a part', () => {
  it('is the wanted one where it is free', async () => {
    const free = await portFor('127.0.0.1', 0);
    expect(await portFor('127.0.0.1', free)).toBe(free);
  });

  it('is refused where somebody listens, with a proposal', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    try {
      await expect(portFor('127.0.0.1', port)).rejects.toThrow(
        `Port ${port} on 127.0.0.1 is taken`,
      );
    } finally {
      squatter.close();
    }
  });

  it('is refused on an address of another machine', async () => {
    await expect(portFor('192.0.2.1', 0)).rejects.toThrow('192.0.2.1 is not an address of this');
  });

  it('is never one that an outgoing connection could be given meanwhile', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, () => portFor('127.0.0.1', 0)));
    expect(ports.every((port) => port >= 15_000 && port < 30_000)).toBe(true);
  });
});
