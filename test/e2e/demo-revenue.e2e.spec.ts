import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { lastJson } from './launcher.harness.js';

const run = promisify(execFile);
const program = resolve('dist/demo/main.js');

describe('npm run demo -- revenue', () => {
  it('agrees to the cent with what was meant, before and after a name is added', async () => {
    const args = ['revenue', '--calls', '12', '--seed', '7', '--seconds-max', '100', '--json'];
    const { PATH = '', HOME = '' } = process.env;
    const { stdout } = await run(process.execPath, [program, ...args], { env: { PATH, HOME } });
    const agreed = 'Our report agrees to the cent with what the platform meant.';
    expect(stdout.split(agreed)).toHaveLength(3);
    const result = lastJson(stdout) as unknown as {
      readonly calls: number;
      readonly before: Readonly<Record<string, number>>;
      readonly after: Readonly<Record<string, number>>;
      readonly as_of: Readonly<Record<string, number>>;
    };
    expect(result).toMatchObject({ seed: 7, calls: 12 });
    const gained =
      Number(result.after['confirmed_minor']) - Number(result.before['confirmed_minor']);
    expect(gained).toBeGreaterThan(0);
    expect(stdout).toMatch(/\d reports? of \$[\d.]+: caller_missing/);
    for (const figure of ['confirmed_minor', 'unmatched_minor', 'hits']) {
      expect(result.as_of[figure]).toBe(result.before[figure]);
    }
    expect(result.before['unmatched_minor']).toBe(Number(result.after['unmatched_minor']) + gained);
  }, 240_000);
});
