import { type Logger, pino } from 'pino';

/**
 * The log of a process: structured lines on stdout. What is logged is never personal and never a
 * key.
 *
 * It goes through Node's own stream, which neither blocks while its reader is slow nor holds up the
 * end of the process. pino's own destination writes what is left over while the process exits, and
 * tries for ever when its reader is gone (`flushSync` of sonic-boom 4.2.1 retries on every error):
 * a process whose supervisor was killed would never end.
 */
export function processLogger(process: string, level: string): Logger {
  const { stdout, pid } = globalThis.process;
  // That nobody reads any longer is no reason to stop.
  stdout.on('error', () => undefined);
  return pino({ level, base: { process, pid } }, stdout);
}
