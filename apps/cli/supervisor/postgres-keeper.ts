import { startEmbeddedPostgres } from '#libs/embedded-postgres';
import { DomainError } from '#libs/kernel';

/**
 * Keeps the embedded Postgres server: starts it, tells its process id, and ends it on SIGTERM,
 * which also comes when the supervisor is gone (see lifeline.ts). It exists because a server cannot
 * notice by itself that whoever started it was killed. It ends when the server ends, in the same
 * way.
 *
 * Arguments: the folder and the port.
 */
async function keep(dataDir: string, port: number): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stop.abort();
    });
  }
  const server = await startEmbeddedPostgres({ dataDir, port, durable: true, log: writeLine });
  process.send?.({ ready: true, keeps: server.pid });
  // A start cannot be broken off half-way: a request that came meanwhile is met now.
  if (stop.signal.aborted) await server.stop();
  stop.signal.addEventListener('abort', () => void server.stop());
  const exit = await server.exited;
  if (stop.signal.aborted) process.exit(0);
  if (exit.signal !== null) process.kill(process.pid, exit.signal);
  process.exit(exit.code === 0 ? 1 : (exit.code ?? 1));
}

function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

const [, , folder = '', port = ''] = process.argv;
keep(folder, Number(port)).catch((error: unknown) => {
  writeLine(error instanceof DomainError ? error.message : String(error));
  process.exit(1);
});
