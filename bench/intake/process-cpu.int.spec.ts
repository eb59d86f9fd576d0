import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { cpuSeconds } from './process-cpu.js';

describe('the CPU time of a process', () => {
  it('counts its children in, those that ended too', async () => {
    // `wait` makes sure the ended child was waited for before the parent says so.
    const child = spawn('sh', [
      '-c',
      '(i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done) & wait; echo done; read -r _',
    ]);
    await once(child.stdout, 'data');
    const used = await cpuSeconds([{ name: 'shell', pid: child.pid ?? 0 }]);
    child.stdin.end('\n');
    expect(used.get('shell')).toBeGreaterThan(0.03);
  });

  it('is nothing for a process that is not there', async () => {
    expect(await cpuSeconds([{ name: 'gone', pid: 2 ** 30 }])).toEqual(new Map([['gone', 0]]));
  });
});
