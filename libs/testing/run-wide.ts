import { type EmbeddedPostgres } from '#libs/embedded-postgres';

/** What set-up started and tear-down must end. */
export interface RunWide {
  readonly server: EmbeddedPostgres;
  readonly dataDir: string;
}

const holder = globalThis as typeof globalThis & { leadledgerRunWide?: RunWide };

/** Remembers it for {@link takeRunning}; if this process ends first, the server ends with it. */
export function keepRunning(running: RunWide): void {
  holder.leadledgerRunWide = running;
  process.once('exit', () => {
    if (holder.leadledgerRunWide !== undefined) process.kill(running.server.pid, 'SIGQUIT');
  });
}

/** What {@link keepRunning} was given, once. */
export function takeRunning(): RunWide | undefined {
  const running = holder.leadledgerRunWide;
  delete holder.leadledgerRunWide;
  return running;
}
