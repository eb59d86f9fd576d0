import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Settings } from '#libs/settings';
import { type PartSpec } from './child.js';
import { portFor } from './listen-check.js';
import { masterKeyFor, type MasterKey } from './master-key.js';
import { announcedByLine, announcedByMessage, answersOk } from './readiness.js';

/**
 * Where everything of this run is: decided once, so that a restarted part comes back to its place.
 */
export interface StackPlan {
  readonly apiUrl: string;
  readonly publicUrl: string;
  readonly apiPort: number;
  readonly masterKey: MasterKey;
  /** `null` where EVENTSTORE_URL names a server. */
  readonly eventStorePort: number | null;
  /** `null` where DATABASE_URL names a server. */
  readonly postgresPort: number | null;
  /** The simulated telephone network; `null` with an account at Twilio, or servers of one's own. */
  readonly telephony: SimulatedTelephony | null;
}

/** Where the simulated telephone network is, and its account, which ends with this run. */
export interface SimulatedTelephony {
  readonly port: number;
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
}

const loopback = '127.0.0.1';
const workerSilentMsMax = 60_000;

/** Rejects with `StartRefused` when a port is taken or the master key is gone. */
export async function planStack(settings: Settings): Promise<StackPlan> {
  const apiPort = await portFor(settings.host, settings.port);
  const { eventStoreUrl, databaseUrl } = settings;
  const apiUrl = `http://${reachable(settings.host)}:${apiPort}`;
  return {
    apiUrl,
    publicUrl: settings.publicBaseUrl ?? apiUrl,
    apiPort,
    masterKey: await masterKeyFor(settings),
    eventStorePort:
      eventStoreUrl === null ? await portFor(loopback, settings.eventStorePort) : null,
    postgresPort: databaseUrl === null ? await portFor(loopback, settings.postgresPort) : null,
    telephony: await planTelephony(settings),
  };
}

/** On servers of one's own nothing embedded starts: there real telephony is connected, or none. */
async function planTelephony(settings: Settings): Promise<SimulatedTelephony | null> {
  const { twilioAccountSid, telephonySimulatorPort, eventStoreUrl, databaseUrl } = settings;
  const isEmbedded = eventStoreUrl === null || databaseUrl === null;
  if (twilioAccountSid !== null || !isEmbedded) return null;
  const port = await portFor(loopback, telephonySimulatorPort);
  const accountSid = `AC${randomBytes(16).toString('hex')}`;
  const authToken = randomBytes(32).toString('hex');
  return { port, url: `http://${loopback}:${port}`, accountSid, authToken };
}

/** An address of one's own to reach what listens on all of them. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return loopback;
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/** `null` where a server of one's own is used. */
export function postgresPart(plan: StackPlan, settings: Settings): PartSpec | null {
  if (plan.postgresPort === null) return null;
  const entry = entryFile('./postgres-keeper.js');
  return {
    name: 'postgres',
    entry,
    args: [join(settings.dataDir, 'postgres'), String(plan.postgresPort)],
    env: environmentWith({}),
    ready: announcedByMessage,
  };
}

/** `null` where a server of one's own is used. */
export function eventStorePart(plan: StackPlan, settings: Settings): PartSpec | null {
  if (plan.eventStorePort === null) return null;
  return {
    name: 'eventstore',
    entry: entryFile('../../eventstore/main.js'),
    args: [],
    env: environmentWith({
      EVENTSTORE_DATA_DIR: join(settings.dataDir, 'eventstore'),
      EVENTSTORE_PORT: String(plan.eventStorePort),
    }),
    ready: announcedByLine,
  };
}

/** `null` where an account at Twilio is used. */
export function telephonyPart({ telephony }: StackPlan, settings: Settings): PartSpec | null {
  if (telephony === null) return null;
  return {
    name: 'telephony',
    entry: entryFile('../../telephony-simulator/main.js'),
    args: [],
    env: environmentWith({
      ...accountOf(telephony),
      SIMULATOR_PORT: String(telephony.port),
      SIMULATOR_SPEED: String(settings.telephonySimulatorSpeed),
      SIMULATOR_AHEAD_MINUTES: String(settings.clockOffsetMinutes),
    }),
    ready: announcedByLine,
  };
}

function accountOf({ accountSid, authToken }: SimulatedTelephony): Record<string, string> {
  return { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken };
}

/** What the worker and the api share. */
export interface Servers {
  readonly eventStoreUrl: string;
  readonly databaseUrl: string;
}

export function workerPart(plan: StackPlan, settings: Settings, servers: Servers): PartSpec {
  return {
    name: 'worker',
    entry: entryFile('../../worker/main.js'),
    args: [],
    env: applicationEnvironment(plan, settings, servers),
    ready: announcedByMessage,
    silentMsMax: workerSilentMsMax,
  };
}

export function apiPart(plan: StackPlan, settings: Settings, servers: Servers): PartSpec {
  return {
    name: 'api',
    entry: entryFile('../../api/main.js'),
    args: [],
    env: applicationEnvironment(plan, settings, servers),
    ready: (_, signal) => answersOk(`${plan.apiUrl}/ready`, signal),
  };
}

/** The connection strings of this run. The embedded database must have been started once. */
export async function serversOf(plan: StackPlan, settings: Settings): Promise<Servers> {
  const eventStoreUrl =
    settings.eventStoreUrl?.reveal() ?? `esdb://${loopback}:${plan.eventStorePort ?? 0}?tls=false`;
  const databaseUrl = settings.databaseUrl?.reveal() ?? (await embeddedUrl(plan, settings));
  return { eventStoreUrl, databaseUrl };
}

async function embeddedUrl(plan: StackPlan, { dataDir }: Settings): Promise<string> {
  const password = await readFile(join(dataDir, 'postgres', 'password'), 'utf8');
  return `postgres://postgres:${password}@${loopback}:${plan.postgresPort ?? 0}/postgres`;
}

function applicationEnvironment(plan: StackPlan, settings: Settings, servers: Servers) {
  return environmentWith({
    ...telephonyEnvironment(plan, settings),
    PUBLIC_BASE_URL: plan.publicUrl,
    API_URL: plan.apiUrl,
    DATA_DIR: settings.dataDir,
    HOST: settings.host,
    PORT: String(plan.apiPort),
    EVENTSTORE_URL: servers.eventStoreUrl,
    DATABASE_URL: servers.databaseUrl,
    MASTER_KEY: plan.masterKey.base64,
  });
}

function telephonyEnvironment(
  { telephony }: StackPlan,
  settings: Settings,
): Record<string, string> {
  if (telephony !== null) return { ...accountOf(telephony), TELEPHONY_URL: telephony.url };
  const { twilioAccountSid, twilioAuthToken, telephonyUrl } = settings;
  return {
    TWILIO_ACCOUNT_SID: twilioAccountSid ?? '',
    TWILIO_AUTH_TOKEN: twilioAuthToken?.reveal() ?? '',
    TELEPHONY_URL: telephonyUrl ?? '',
  };
}

const decidedHere = [
  'EVENTSTORE_URL',
  'DATABASE_URL',
  'MASTER_KEY',
  'TWILIO_ACCOUNT_SID',
  'TWILIO_AUTH_TOKEN',
  'TELEPHONY_URL',
];

/** This process' environment with `own`; no child is given a secret it has no use for. */
function environmentWith(own: Record<string, string>): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !decidedHere.includes(name.replace(/_FILE$/, '')),
  );
  return { ...Object.fromEntries(inherited), ...own };
}

function entryFile(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
