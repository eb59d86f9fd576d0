import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/**
 * Runs the checks `npm run check:<name>` as many at a time as there are processors, at least two,
 * since each of them is one thread that sometimes waits. Begins with those that take longest. What
 * one says is printed when it has ended; all are run, whatever fails.
 */
const checks = ['lint', 'types', 'generated', 'format', 'dependencies'] as const;

interface Finding {
  readonly check: string;
  readonly passed: boolean;
  readonly output: string;
  readonly seconds: number;
}

function run(check: string): Promise<Finding> {
  const startedAt = performance.now();
  const child = spawn('npm', ['run', '--silent', `check:${check}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve, reject) => {
    child.once('error', ({ message }) => {
      reject(new Error(`The checks are run by npm, which could not be started: ${message}.`));
    });
    child.once('close', (code) => {
      const seconds = Math.round((performance.now() - startedAt) / 1_000);
      resolve({ check, passed: code === 0, output, seconds });
    });
  });
}

function print({ check, passed, output, seconds }: Finding): void {
  process.stdout.write(`${passed ? '✓' : '✗'} ${check} (${seconds} s)\n${output}`);
}

async function main(): Promise<boolean> {
  const waiting = [...checks];
  let passed = true;
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const finding = await run(next);
      print(finding);
      passed &&= finding.passed;
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, lane));
  return passed;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
