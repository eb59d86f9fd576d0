import { DomainError, shiftSystemClock } from '#libs/kernel';
import { processLogger } from '#libs/logging';
import { processSettings, type Settings, SettingsError } from '#libs/settings';
import { type Logger } from 'pino';
import { type Api, createApi } from './create-api.js';

/** How long stopping may take before what is left is cut off. */
const STOP_WITHIN_MS = 4_500;

async function main(): Promise<void> {
  const settings = processSettings();
  shiftSystemClock(settings.clockOffsetMinutes * 60_000);
  const logger = processLogger('api', settings.logLevel);
  const api = await createApi(settings, logger);
  await listen(api, settings);
  const stop = (): void => {
    void leave(api, logger);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  logger.info({ url: await api.app.getUrl() }, 'the api listens');
}

async function listen({ app }: Api, { port, host }: Settings): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    throw portRefused(error, port, host);
  }
}

async function leave(api: Api, logger: Logger): Promise<void> {
  logger.info('the api stops');
  setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
  await api.close();
  process.exit(0);
}

function portRefused(error: unknown, port: number, host: string): unknown {
  const code: unknown = (error as { code?: unknown }).code;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} on ${host} is taken. Stop what uses it, or set PORT to another one.`,
    EACCES: `Port ${port} on ${host} may not be used by this user. Set PORT to one above 1023.`,
    EADDRNOTAVAIL: `${host} is not an address of this machine. Set HOST to one that is.`,
  };
  const reason = typeof code === 'string' ? reasons[code] : undefined;
  if (reason === undefined) return error;
  return new DomainError('unavailable', 'port_taken', reason, { cause: error });
}

main().catch((error: unknown) => {
  const known = error instanceof DomainError || error instanceof SettingsError;
  const said = error instanceof Error ? (known ? error.message : error.stack) : undefined;
  process.stderr.write(`The api stops: ${said ?? String(error)}\n`);
  process.exit(1);
});
