import {
  accountName,
  addressBlocks,
  base64Key,
  choice,
  connectionString,
  credential,
  folder,
  hostName,
  integer,
  onOff,
  signedInteger,
  type SettingKind,
  webAddress,
} from './setting-kinds.js';

/** One setting of the program: its variable, what it may hold and what it is for. */
export interface Declaration<Value> {
  /** The environment variable. */
  readonly name: string;
  readonly kind: SettingKind<Value>;
  /** The text it has when the variable is absent; `null` if it may be missing. */
  readonly fallback: string | null;
  /** For the reference: what it does. */
  readonly doc: string;
  /** For the reference: what an absent one means, where there is no default or an empty one. */
  readonly whenAbsent?: string;
}

type Described = Pick<Declaration<unknown>, 'name' | 'doc'>;

function withDefault<Value>(
  kind: SettingKind<Value>,
  described: Described & { readonly default: string; readonly whenAbsent?: string },
): Declaration<Value> & { readonly fallback: string } {
  const { default: fallback, ...rest } = described;
  return { ...rest, kind, fallback };
}

function optional<Value>(
  kind: SettingKind<Value>,
  described: Described & { readonly whenAbsent: string },
): Declaration<Value> & { readonly fallback: null } {
  return { ...described, kind, fallback: null };
}

/** Every setting there is, in the order of the reference. Nothing else reads the environment. */
export const declarations = {
  port: withDefault(integer(0, 65_535), {
    name: 'PORT',
    default: '3000',
    doc: 'Where the api listens. `0` takes any free port.',
  }),
  host: withDefault(hostName, {
    name: 'HOST',
    default: '127.0.0.1',
    doc: 'The address the api listens on. `0.0.0.0` opens it to the network: put TLS before it.',
  }),
  publicBaseUrl: optional(webAddress, {
    name: 'PUBLIC_BASE_URL',
    doc: 'The address under which clients and the telephony provider reach the api.',
    whenAbsent: '`http://HOST:PORT`',
  }),
  apiUrl: optional(webAddress, {
    name: 'API_URL',
    doc:
      'Where the worker asks every second whether the api is ready. Nobody is dialed while it is ' +
      'not: calls would be silent.',
    whenAbsent: '`PUBLIC_BASE_URL`',
  }),
  trustedProxies: withDefault(addressBlocks, {
    name: 'TRUSTED_PROXIES',
    default: '',
    whenAbsent: 'nobody’s header is believed',
    doc:
      'Proxies whose X-Forwarded-For is believed when the caller’s address is recorded. Name only ' +
      'your own: whoever is listed can claim any address.',
  }),
  dataDir: withDefault(folder, {
    name: 'DATA_DIR',
    default: './data',
    doc: 'Where the embedded parts keep their files and the generated master key.',
  }),
  eventStoreUrl: optional(connectionString('esdb', 'esdb+discover'), {
    name: 'EVENTSTORE_URL',
    doc: 'An EventStoreDB or KurrentDB server or cluster, 24.10.5 or later.',
    whenAbsent: 'the embedded event store is started',
  }),
  databaseUrl: optional(connectionString('postgres', 'postgresql'), {
    name: 'DATABASE_URL',
    doc: 'A Postgres database, 15 or later. The user must own the database: it runs the migrations.',
    whenAbsent: 'embedded Postgres is started',
  }),
  eventStorePort: withDefault(integer(0, 65_535), {
    name: 'EVENTSTORE_PORT',
    default: '0',
    doc: 'Loopback port of the embedded event store. `0` takes any free port.',
  }),
  postgresPort: withDefault(integer(0, 65_535), {
    name: 'POSTGRES_PORT',
    default: '0',
    doc: 'Loopback port of embedded Postgres. `0` takes any free port.',
  }),
  masterKey: optional(base64Key(32), {
    name: 'MASTER_KEY',
    doc:
      'Wraps every key that seals personal data. Keep a copy apart from the database: without it ' +
      'no personal data can be read again. Required when `DATABASE_URL` is set.',
    whenAbsent: 'generated once into `DATA_DIR/master.key`',
  }),
  dncProviderUrl: optional(webAddress, {
    name: 'DNC_PROVIDER_URL',
    doc: 'The do-not-call provider asked about each new phone.',
    whenAbsent: 'nobody is asked, and leads are marked as not checked',
  }),
  dncProviderKey: optional(credential, {
    name: 'DNC_PROVIDER_KEY',
    doc: 'The credential sent to the do-not-call provider.',
    whenAbsent: 'requests carry none',
  }),
  dncTimeoutMs: withDefault(integer(50, 4_000, 'milliseconds'), {
    name: 'DNC_TIMEOUT_MS',
    default: '1500',
    doc: 'How long the do-not-call provider may take before it counts as failed.',
  }),
  dncOnFailure: withDefault(choice('block', 'allow'), {
    name: 'DNC_ON_FAILURE',
    default: 'block',
    doc: 'What a failed do-not-call check means: the lead is kept from dialing, or let through.',
  }),
  twilioAccountSid: optional(accountName, {
    name: 'TWILIO_ACCOUNT_SID',
    doc: 'The account at Twilio whose calls these are. Needs `TWILIO_AUTH_TOKEN`.',
    whenAbsent:
      'the embedded stack runs a simulated telephone network; on servers of yours nobody is called',
  }),
  twilioAuthToken: optional(credential, {
    name: 'TWILIO_AUTH_TOKEN',
    doc: 'The secret of that account: sent with requests, and what webhooks are signed with.',
    whenAbsent: 'there is no account, see above',
  }),
  telephonyUrl: optional(webAddress, {
    name: 'TELEPHONY_URL',
    doc:
      'A telephone network that speaks Twilio’s protocol. It counts as simulated where it is on this ' +
      'machine or a private network; anywhere else real people may pick up, so that no sandbox ' +
      'calls over it. Webhooks of Twilio and of it come to `PUBLIC_BASE_URL`.',
    whenAbsent: 'calls go to Twilio itself, if there is an account',
  }),
  telephonyCallsPerSecond: optional(integer(1, 1_000), {
    name: 'TELEPHONY_CALLS_PER_SECOND',
    doc:
      'How many calls the telephony provider takes on in a second, to consumers and destinations ' +
      'together. More wait here and not at the provider, where they would ring too late. The worker ' +
      'reads it.',
    whenAbsent: '`1` at Twilio itself, as it is for an account there; no limit at `TELEPHONY_URL`',
  }),
  telephonySimulatorPort: withDefault(integer(0, 65_535), {
    name: 'TELEPHONY_SIMULATOR_PORT',
    default: '0',
    doc: 'Loopback port of the simulated telephone network. `0` takes any free port.',
  }),
  telephonySimulatorSpeed: withDefault(integer(1, 1_000), {
    name: 'TELEPHONY_SIMULATOR_SPEED',
    default: '1',
    doc: 'How many times faster than life calls pass in the simulated telephone network.',
  }),
  clockOffsetMinutes: withDefault(signedInteger(-10_080, 10_080, 'minutes'), {
    name: 'CLOCK_OFFSET_MINUTES',
    default: '0',
    doc:
      'How far ahead of the machine’s clock the stack believes to be, to try at night what happens ' +
      'by day. Only with the simulated telephone network.',
  }),
  callWatchMs: withDefault(integer(100, 600_000, 'milliseconds'), {
    name: 'CALL_WATCH_MS',
    default: '30000',
    doc: 'How often a call is looked up at the provider, in case its reports were lost.',
  }),
  outboundPrivateAddresses: withDefault(onOff, {
    name: 'OUTBOUND_PRIVATE_ADDRESSES',
    default: 'off',
    doc:
      'Whether postbacks may go to private and loopback addresses, and over plain http: for a ' +
      'sandbox, or partners in the same network. Link-local ones are refused in any case.',
  }),
  logLevel: withDefault(choice('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'), {
    name: 'LOG_LEVEL',
    default: 'info',
    doc: 'The least severe log lines that are written.',
  }),
  metricsToken: optional(credential, {
    name: 'METRICS_TOKEN',
    doc: 'Lets whoever sends it as `Authorization: Bearer` read GET /metrics, and nothing else.',
    whenAbsent: 'only keys with the scope `operator` may read them',
  }),
  requestLogRetentionDays: withDefault(integer(1, 3_650, 'days'), {
    name: 'REQUEST_LOG_RETENTION_DAYS',
    default: '30',
    doc: 'How long the request log keeps a request.',
  }),
  demoTenant: withDefault(onOff, {
    name: 'DEMO_TENANT',
    default: 'on',
    doc: 'Whether the first start creates the sandbox tenant `demo` and prints a key for it.',
  }),
};
