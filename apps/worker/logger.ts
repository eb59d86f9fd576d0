import { type Settings } from '#libs/settings';
import { type Logger, pino } from 'pino';

/** Structured lines on stdout. What is logged is never personal and never a key. */
export function createLogger({ logLevel }: Settings): Logger {
  return pino({ level: logLevel, base: { process: 'worker', pid: process.pid } });
}
