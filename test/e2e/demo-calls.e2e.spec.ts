import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { lastJson } from './launcher.harness.js';

const run = promisify(execFile);
const program = resolve('dist/demo/main.js');

interface Demonstrated {
  readonly seed: number;
  readonly leads: number;
  readonly settled: number;
  readonly fates: readonly Readonly<Record<string, unknown>>[];
}

let printed: string;
let result: Demonstrated;

beforeAll(async () => {
  const args = ['calls', '--leads', '12', '--seed', '5', '--seconds-max', '100', '--json'];
  const { PATH = '', HOME = '' } = process.env;
  const { stdout } = await run(process.execPath, [program, ...args], { env: { PATH, HOME } });
  printed = stdout;
  result = lastJson(stdout) as unknown as Demonstrated;
}, 240_000);

function fateOf(part: string) {
  return result.fates.find((fate) => fate['part'] === part);
}

const waiting = { status: 'queued', calls: 1, destination: null, obstacles: ['spacing'] };

describe('npm run demo -- calls', () => {
  it('ends when nothing more will happen', () => {
    expect(result).toMatchObject({ seed: 5, leads: 12, settled: 12 });
  });

  it.each([
    ['agrees', { status: 'completed', disposition: 'transferred', transfers: 1, calls: 1 }],
    ['machine', { ...waiting, disposition: 'machine' }],
    ['no_answer', { ...waiting, disposition: 'no_answer', seconds: 0 }],
    ['busy', { ...waiting, disposition: 'busy', seconds: 0 }],
    ['opts_out', { status: 'opted_out', disposition: 'opted_out', destination: null }],
    ['declines', { status: 'disqualified', disposition: 'disqualified', destination: null }],
    ['first_destination_busy', { status: 'completed', disposition: 'transferred', transfers: 2 }],
  ])('shows what becomes of the sandbox number that %s', (part, fate) => {
    expect(fateOf(part)).toMatchObject(fate);
  });

  it('shows a transfer that is worth something', () => {
    const { seconds, estimate_minor: estimate } = fateOf('agrees') ?? {};
    expect(seconds).toBeGreaterThan(30);
    expect(estimate).toBeGreaterThanOrEqual(0);
  });

  it('shows the next who is free, where the first destination is busy', () => {
    const next = fateOf('first_destination_busy')?.['destination'];
    expect(['Lone Star Insurance', 'Nationwide Quotes']).toContain(next);
  });

  it('calls nobody who is suppressed, gave no consent or sleeps', () => {
    const uncalled = { calls: 0, disposition: null };
    expect(fateOf('suppressed')).toMatchObject({
      ...{ ...uncalled, status: 'ineligible', ineligible_reasons: ['suppressed'] },
    });
    expect(fateOf('no_consent')).toMatchObject({
      ...{ ...uncalled, status: 'ineligible', ineligible_reasons: ['consent_missing'] },
    });
    expect(fateOf('asleep')).toMatchObject({
      ...{ ...uncalled, status: 'queued', state: 'HI', obstacles: ['outside_calling_hours'] },
    });
  });

  it('tells one call event by event, and never a whole number', () => {
    expect(printed).toMatch(/CallAttempted[\s\S]*TransferFailed[\s\S]*CallBridged[\s\S]*CallEnded/);
    expect(printed).toContain('+1•••0106');
    expect(printed).not.toMatch(/\+1\d{10}/);
  });
});
