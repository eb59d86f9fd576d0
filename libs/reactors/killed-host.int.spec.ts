import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkpointOf, House } from './bells.fixtures.js';

const fixtures = pathToFileURL(resolve('dist/libs/reactors/bells.fixtures.js')).href;
/** A host that kills itself once a command is in the log, before anything is written about that. */
const program = `
  import { startHost } from '${fixtures}';
  startHost({
    eventStoreUrl: process.env.STORE_URL,
    databaseUrl: process.env.DATABASE_URL,
    limits: { saveMs: 5 },
    porter: {
      run: async (answer, { count }) => {
        await answer();
        if (count === 2) process.kill(process.pid, 'SIGKILL');
      },
    },
  });
`;

const house = new House();
beforeEach(() => house.open());
afterEach(() => house.close());

/** Resolves to the signal that ended it. */
async function runKilledHost(): Promise<NodeJS.Signals | null> {
  const { eventStoreUrl: STORE_URL, databaseUrl: DATABASE_URL } = house.where;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...process.env, STORE_URL, DATABASE_URL, NODE_OPTIONS: '' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal;
}

describe('a host killed -9 between a command and its checkpoint', () => {
  it('leaves a command that is run again and recognised: no second event', async () => {
    const position = await house.ring('front', 5);
    expect(await runKilledHost()).toBe('SIGKILL');
    expect(await house.answers('front')).toEqual([0, 1, 2]);
    const runs: number[] = [];
    const host = house.start({
      porter: {
        run: (answer, { count }) => {
          runs.push(count);
          return answer();
        },
      },
    });
    await house.untilPassed(host, position);
    expect(runs).toContain(2);
    expect(await house.answers('front')).toEqual([0, 1, 2, 3, 4]);
    expect(await checkpointOf(host.database)).toMatchObject({ parked: 0 });
  });
});
