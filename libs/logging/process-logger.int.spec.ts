import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';

const head = `
  import { processLogger } from '#libs/logging';
  const logger = processLogger('spec', 'info');
`;

let child: ChildProcess;

/** Runs a script in a process of its own, from the build. */
function run(script: string): ChildProcess {
  child = spawn(process.execPath, ['--input-type=module', '--eval', head + script], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  return child;
}

afterEach(() => {
  child.kill('SIGKILL');
});

describe('a process that logs', () => {
  it('says in each line which process it is', async () => {
    const { stdout, pid } = run(`logger.info({ leads: 2 }, 'taken in'); logger.debug('not told');`);
    const lines = ((await stdout?.toArray()) ?? []).join('').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ process: 'spec', pid, leads: 2, msg: 'taken in', level: 30 }),
    ]);
  });

  it('ends when it is asked to, with lines that nobody reads any longer', async () => {
    const { stdout } = run(`
      process.once('message', () => {
        for (let line = 0; line < 3; line += 1) logger.info('said to nobody');
        process.exit(7);
      });
      process.send('listening');
    `);
    await once(child, 'message');
    stdout?.destroy();
    child.send('exit');
    expect(await once(child, 'exit')).toEqual([7, null]);
  });

  it('goes on when its reader has left', async () => {
    const { stdout } = run(`
      process.once('message', () => {
        for (let line = 0; line < 3; line += 1) logger.info('said to nobody');
        setImmediate(() => { logger.info('and again'); process.send('still here'); });
      });
      process.send('listening');
    `);
    await once(child, 'message');
    stdout?.destroy();
    child.send('log');
    expect(await once(child, 'message')).toEqual(['still here', undefined]);
  });

  it('does not wait for a reader that stands still', async () => {
    run(`
      for (let line = 0; line < 10_000; line += 1) logger.info('x'.repeat(200));
      process.send('said');
    `);
    expect(await once(child, 'message')).toEqual(['said', undefined]);
  });
});
