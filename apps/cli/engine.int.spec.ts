import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { refusalOf } from './engine.js';

/** Tests run from the root of the repository, after a build. */
const entry = resolve('dist/apps/cli/main.js');

/** The command line on a Node that says it is of another version, and lacks what that lacks. */
function runOn(version: string) {
  const older =
    `Object.defineProperty(process, 'version', { value: '${version}' });` +
    'delete Promise.withResolvers;';
  const disguise = `data:text/javascript,${encodeURIComponent(older)}`;
  return spawnSync(process.execPath, ['--import', disguise, entry, '--version'], {
    encoding: 'utf8',
  });
}

describe('the command line', () => {
  it('says in a sentence which Node it needs where that is older', () => {
    const { status, stdout, stderr } = runOn('v20.20.2');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe(`${refusalOf('v20.20.2')}\n`);
    expect(stderr).toContain('Node 22 or later, and this is Node 20.20.2');
    expect(stderr).toContain('npm run leadledger');
  });

  it.each([
    ['v18.0.0', true],
    ['v21.9.1', true],
    ['v22.0.0', false],
    ['v24.21.0', false],
  ])('run by Node %s is refused: %j', (version, isRefused) => {
    expect(refusalOf(version) !== null).toBe(isRefused);
  });
});
