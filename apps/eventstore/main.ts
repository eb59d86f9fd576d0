import { startEventStore, type EventStoreOptions } from './server.js';

/** What a folder says that cannot be made or written to. */
const UNWRITABLE = new Set(['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'ENOENT']);

/** One sentence for the operator instead of a stack. */
function explain(error: unknown, options: EventStoreOptions): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const address = `${options.host ?? ''}:${options.port ?? 0}`;
  if (code === 'EADDRINUSE') {
    return `The event store cannot listen on ${address}: the port is taken. Set EVENTSTORE_PORT to a free one.`;
  }
  if (typeof code === 'string' && UNWRITABLE.has(code)) {
    return `The event store cannot write to ${options.dataDir} (${code}): set EVENTSTORE_DATA_DIR to a folder this user may write to.`;
  }
  const message = error instanceof Error ? error.message : String(error);
  return `The event store cannot start: ${message}`;
}

/** Long enough for refusals under way to reach their clients. */
const LAST_ANSWERS_MS = 200;
/** A disk that no longer answers must not keep the process alive. */
const STOP_MS_MAX = 5_000;

function leave(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/**
 * Ends a process that has begun to write. Not with `process.exit`, which waits for the thread that
 * may be waiting for the disk; the files survive a kill at any moment.
 */
function breakOff(sentence: string): void {
  process.stderr.write(`${sentence}\n`, () => process.kill(process.pid, 'SIGKILL'));
}

function readOptions(environment: NodeJS.ProcessEnv): EventStoreOptions {
  const dataDir = environment['EVENTSTORE_DATA_DIR'] ?? '';
  if (dataDir === '') leave('EVENTSTORE_DATA_DIR is not set: name the folder to keep events in.');
  const port = Number(environment['EVENTSTORE_PORT'] ?? '0');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    leave('EVENTSTORE_PORT must be a number from 0 to 65535; 0 takes any free port.');
  }
  return {
    dataDir,
    port,
    host: environment['EVENTSTORE_HOST'] ?? '127.0.0.1',
    onFatal: (error) => {
      const sentence = `The event store stops because its files fail: ${error.message}`;
      setTimeout(breakOff, LAST_ANSWERS_MS, sentence);
    },
  };
}

const options = readOptions(process.env);
try {
  const store = await startEventStore(options);
  const stop = (): void => {
    setTimeout(breakOff, STOP_MS_MAX, 'The event store was cut off: its disk did not answer.');
    void store.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdout.write(`${JSON.stringify({ listening: store.url })}\n`);
} catch (error) {
  leave(explain(error, options));
}
