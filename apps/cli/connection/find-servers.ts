import { DomainError } from '#libs/kernel';
import { type Settings } from '#libs/settings';
import { readMasterKey } from '../supervisor/master-key.js';
import { livesStill } from '../supervisor/process-mark.js';
import { readRunFile, type RunFile } from '../supervisor/run-file.js';
import { type DncConnection, dncConnectionOf } from './dnc-connection.js';

/** Where the stack is that a command works on. */
export interface ServerAddresses {
  readonly eventStoreUrl: string;
  readonly databaseUrl: string;
  readonly masterKey: string;
}

/** A stack that was found, and what time it believes it is. */
export interface FoundStack extends ServerAddresses {
  /** How far ahead of the machine's clock. */
  readonly clockOffsetMinutes: number;
}

/**
 * The servers the environment names, else those of the stack that runs on DATA_DIR. Rejects with
 * `nothing_runs` if there is none.
 */
export async function findServers(settings: Settings): Promise<FoundStack> {
  const run = await runningStack(settings.dataDir);
  const eventStoreUrl = settings.eventStoreUrl?.reveal() ?? run?.eventStoreUrl ?? '';
  const databaseUrl = settings.databaseUrl?.reveal() ?? run?.databaseUrl ?? '';
  const masterKey = await readMasterKey(settings);
  if (eventStoreUrl === '' || databaseUrl === '' || masterKey === null) {
    throw nothingRuns(settings.dataDir);
  }
  const clockOffsetMinutes = run?.clockOffsetMinutes ?? settings.clockOffsetMinutes;
  return { eventStoreUrl, databaseUrl, masterKey: masterKey.base64, clockOffsetMinutes };
}

/** The database alone, by the same rule. */
export async function findDatabase(settings: Settings): Promise<string> {
  const url = settings.databaseUrl?.reveal() ?? (await runningStack(settings.dataDir))?.databaseUrl;
  if (url === undefined || url === '') throw nothingRuns(settings.dataDir);
  return url;
}

/**
 * The do-not-call provider that the environment names, else the one of the stack that runs on
 * DATA_DIR, where it is that stack's servers that are worked on: whoever sends leads in past its
 * api has them checked as it does.
 */
export async function findDncProvider(settings: Settings): Promise<DncConnection> {
  const named = dncConnectionOf(settings);
  if (named.url !== null) return named;
  const run = await runningStack(settings.dataDir);
  return (run !== null && isOnServersOf(run, settings) ? run.dnc : null) ?? named;
}

function isOnServersOf(run: RunFile, { eventStoreUrl, databaseUrl }: Settings): boolean {
  const isSame = (named: typeof databaseUrl, its: string) => (named?.reveal() ?? its) === its;
  return isSame(eventStoreUrl, run.eventStoreUrl) && isSame(databaseUrl, run.databaseUrl);
}

/** The run file of a living supervisor; one left by a killed one says nothing. */
async function runningStack(dataDir: string) {
  const run = readRunFile(dataDir);
  const [pid, mark] = [run?.pids.supervisor, run?.marks.supervisor];
  if (run === null || pid === undefined || mark === undefined) return null;
  return (await livesStill(pid, mark)) ? run : null;
}

function nothingRuns(dataDir: string): DomainError {
  return new DomainError(
    'unavailable',
    'nothing_runs',
    `Nothing runs on ${dataDir}; run npm start in another terminal, set DATA_DIR to where it runs, ` +
      'or set EVENTSTORE_URL, DATABASE_URL and MASTER_KEY.',
  );
}
