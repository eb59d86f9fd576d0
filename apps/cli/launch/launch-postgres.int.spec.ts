import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { launchPostgres } from './launch-postgres.js';
import { launched } from './launched.js';

const name = `spec-${process.pid}`;
const foldersLeft = () => readdirSync(tmpdir()).filter((each) => each.includes(`-${name}-`));

describe('a Postgres server of one’s own', () => {
  it('ends after what uses it, and leaves nothing behind', async () => {
    const { url, stop, usedBy } = await launchPostgres({ name, durable: false });
    const client = new Client({ connectionString: url });
    await client.connect();
    usedBy(() => client.end());
    await stop();
    expect(foldersLeft()).toEqual([]);
  });

  it('does so, too, where the program is interrupted while it starts', async () => {
    const starting = launchPostgres({ name, durable: false });
    await launched.endAll();
    const { url } = await starting;
    await launched.endAll();
    await expect(new Client({ connectionString: url }).connect()).rejects.toThrow('ECONNREFUSED');
    expect(foldersLeft()).toEqual([]);
  });
});
