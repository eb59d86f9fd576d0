import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, it } from '@jest/globals';

const ENTRY = 'dist/apps/telephony-simulator/main.js';
const ACCOUNT = { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'token' };

function start(environment: Readonly<Record<string, string>>): ChildProcess {
  const env = { PATH: process.env['PATH'], ...environment };
  return spawn(process.execPath, [ENTRY], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The lines it writes until it listens. */
async function untilListening(child: ChildProcess): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    lines.push(JSON.parse(line) as Record<string, unknown>);
    if (lines.at(-1)?.['listening'] !== undefined) break;
  }
  return lines;
}

describe('the simulator as a process', () => {
  it('prints its seed and where it listens, and ends when it is told to', async () => {
    const child = start({ ...ACCOUNT, SIMULATOR_SEED: '42', SIMULATOR_SPEED: '10' });
    const ended = once(child, 'exit');
    const lines = await untilListening(child);
    expect(lines[0]).toMatchObject({ process: 'telephony-simulator', seed: 42, speed: 10 });
    const answer = await fetch(`${lines.at(-1)?.['listening'] as string}/simulator/calls`);
    expect(await answer.json()).toEqual({ calls: [] });
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it.each([
    ['an account', { TWILIO_AUTH_TOKEN: 'token' }, 'TWILIO_ACCOUNT_SID is not set'],
    ['a token', { TWILIO_ACCOUNT_SID: 'AC1' }, 'TWILIO_AUTH_TOKEN is not set'],
    [
      'a pace',
      { ...ACCOUNT, SIMULATOR_CALLS_PER_SECOND: '0' },
      'SIMULATOR_CALLS_PER_SECOND must be a number from',
    ],
    ['a speed', { ...ACCOUNT, SIMULATOR_SPEED: '0' }, 'SIMULATOR_SPEED must be a number from'],
  ])('without %s says what is missing and ends', async (_, environment, sentence) => {
    const child = start(environment);
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, errors]).toEqual([1, expect.stringContaining(sentence)]);
  });
});
