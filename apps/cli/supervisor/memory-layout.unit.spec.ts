import { execFileSync } from 'node:child_process';
import { expect, it } from '@jest/globals';
import { memoryLayout } from './memory-layout.js';

it('is known to the program that is started with it', () => {
  const args = [
    ...memoryLayout,
    '-p',
    'require("v8").getHeapStatistics().number_of_native_contexts',
  ];
  expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe('1\n');
});
