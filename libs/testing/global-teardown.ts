import { rm } from 'node:fs/promises';
import { takeRunning } from './run-wide.js';

/** Jest's global tear-down. */
export default async function globalTeardown(): Promise<void> {
  const running = takeRunning();
  if (running === undefined) return;
  await running.server.stop();
  await rm(running.dataDir, { recursive: true, force: true });
}
