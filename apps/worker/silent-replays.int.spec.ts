import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { CommandRunner, EventCatalog, type RecordedEvent } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import {
  type Caller,
  intakePolicyOf,
  leadEvents,
  NoDncProvider,
  OccurrenceClock,
  readSubmission,
  ReceiveLeadCommand,
  StandaloneIntake,
  SuppressNumberCommand,
  SuppressNumberHandler,
  suppressionEvents,
  SuppressionList,
  type SuppressionTarget,
} from '#libs/leads';
import {
  DataKeys,
  MasterKey,
  PostgresDataKeyStore,
  PostgresTenantSecretStore,
  TenantSecrets,
} from '#libs/privacy';
import {
  connectDatabase,
  type Database,
  handleBuildRequests,
  listBuilds,
  migrate,
  projectAsOf,
  type Projection,
  requestProjectionAction,
  runProjections,
  runRebuilds,
  scratchSchemaName,
} from '#libs/read-db';
import { readSettings } from '#libs/settings';
import {
  type FreshDatabase,
  freshDatabase,
  startTestEventStore,
  type TestEventStore,
  until,
} from '#libs/testing';
import { ReadModelOrdinalHint } from '#projections/dedupe';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { auditedLog } from './audited-log.js';
import { liveProjections } from './live-projections.js';
import { projectionLog } from './projection-log.js';
import { ReactorHost } from './reactor-host.js';

const tenantId = 'acme' as TenantId;
const policy = intakePolicyOf(tenantId, 'sandbox');
const bumped = liveProjections.map((each) => ({ ...each, version: each.version + 1 }));

let log: TestEventStore;
let fresh: FreshDatabase;
let worker: Database;
let owner: Database;
let provider: Server;
let questions = 0;
let reactors: ReactorHost;
let intake: StandaloneIntake;
let suppressing: SuppressNumberHandler;
let list: SuppressionList;
let stopLive: () => Promise<void>;

beforeAll(async () => {
  provider = createServer((request, response) => {
    questions += 1;
    request.resume();
    response.end(JSON.stringify({ national: false }));
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  [log, fresh] = await Promise.all([
    startTestEventStore(),
    freshDatabase({ readModels: liveProjections }),
  ]);
  const { url } = fresh;
  worker = connectDatabase({ url, role: 'worker', max: 20, applicationName: 'silence-spec' });
  owner = connectDatabase({ url, role: 'owner', applicationName: 'silence-spec' });
  await startStack(MasterKey.fromBase64(randomBytes(32).toString('base64')));
  stopLive = keepReadModels(liveProjections);
});

afterAll(async () => {
  await Promise.all([reactors.stop(), stopLive(), intake.stop(), list.stop()]);
  await Promise.all([worker.close(), owner.close()]);
  await fresh.drop();
  await log.close();
  provider.close();
});

/** What of an api and of a worker has to do with leads. */
async function startStack(masterKey: MasterKey): Promise<void> {
  const { store } = log;
  const keys = new DataKeys({ store: new PostgresDataKeyStore(worker), masterKey });
  const secrets = new TenantSecrets({ store: new PostgresTenantSecretStore(worker), masterKey });
  await secrets.create(tenantId);
  const hint = new ReadModelOrdinalHint(worker);
  intake = new StandaloneIntake({ store, keys, secrets, dnc: new NoDncProvider(), hint });
  intake.start();
  const catalog = new EventCatalog([...leadEvents, ...suppressionEvents]);
  const runner = new CommandRunner(store, catalog);
  list = new SuppressionList(store, catalog, runner);
  suppressing = new SuppressNumberHandler(runner, keys, secrets, list, new OccurrenceClock());
  const { port } = provider.address() as AddressInfo;
  const environment = { DNC_PROVIDER_URL: `http://127.0.0.1:${port}/` };
  const settings = readSettings({ environment, readFile: () => '' });
  const logger = pino({ level: 'silent' });
  reactors = new ReactorHost({ settings, databaseUrl: fresh.url, masterKey, store, logger });
  reactors.start();
}

const aCaller = (): Caller => ({
  actor: { kind: 'operator', id: 'spec' },
  ...{ apiKeyId: null, commandId: randomUUID(), causationId: 'spec' },
});

async function post(phone: string): Promise<string> {
  const consent = {
    consent_timestamp: '2026-10-10T11:00:00Z',
    consent_text_version: 'v1',
    source_url: 'https://example.com',
  };
  const submission = readSubmission({ phone, consent }, policy.countries);
  const command = new ReceiveLeadCommand(policy, 'live', 'api', aCaller(), submission);
  const { leadId } = await intake.receive(command);
  return leadId;
}

const suppress = (target: SuppressionTarget) =>
  suppressing.execute(
    new SuppressNumberCommand(policy, aCaller(), target, 'opted_out', null, null),
  );

const logFrom = (after: bigint | null, signal: AbortSignal) =>
  projectionLog({
    ...{ store: log.store, after, signal },
    onDisconnected: () => undefined,
    onUnknown: () => undefined,
  });

function keepReadModels(projections: readonly Projection[]): () => Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  const running = runProjections({ database: worker, projections, log: logFrom, signal });
  return async () => {
    stop.abort();
    await running;
  };
}

/** Fills every build that was asked for, and waits until all of them are served. */
async function rebuildAll(projections: readonly Projection[], build: number): Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  await handleBuildRequests(owner, projections);
  const running = runRebuilds({
    ...{ database: worker, owner, projections, log: logFrom, signal },
    ...{ audited: auditedLog(log.store), head: () => log.store.headPosition() },
  });
  await until(`build ${build} of every read model to be served`, async () => {
    const served = (await listBuilds(worker)).filter(({ serving }) => serving);
    return served.length === projections.length && served.every((each) => each.build === build);
  });
  stop.abort();
  await running;
}

async function everything(): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  const all = { after: null, streamPrefixes: [''], signal: new AbortController().signal };
  for await (const message of log.store.subscribeToAll(all)) {
    if (message.kind === 'caught_up') break;
    if (message.kind === 'event') events.push(message.event);
  }
  return events;
}

/** Whatever the outside world and the log got to see of the reactors, and where they stand. */
async function effects() {
  const { rows } = await owner.pool.query<{ state: string }>(
    `select json_agg(c order by name)::text
            || (select coalesce(json_agg(l order by l.reactor, l.position)::text, '')
                  from reactor_later l)
            as state from (select name, parked, failure from reactor_checkpoint) as c`,
  );
  return { questions, events: (await everything()).map(({ id }) => id), state: rows[0]?.state };
}

const judgedAnew = async () =>
  (await everything()).filter(({ type }) => type === 'LeadFoundIneligible').length;

describe('reactors', () => {
  it('act on facts: a number and a prefix are suppressed, and leads become ineligible', async () => {
    for (let lead = 0; lead < 10; lead += 1) await post(`+1512555010${lead}`);
    for (let lead = 0; lead < 10; lead += 1) await post(`+1303555010${lead}`);
    await suppress({ kind: 'phone', phone: '+15125550100' });
    await suppress({ kind: 'prefix', prefix: '+1303' });
    await until('eleven leads to be judged anew', async () => (await judgedAnew()) === 11);
    expect(questions).toBeGreaterThanOrEqual(11);
    await untilReactorsAreThrough();
  });

  it('do nothing at all while read models are rebuilt, get a new version, or are replayed', async () => {
    const before = await effects();

    const rebuild = { action: 'rebuild', requestedBy: 'spec' } as const;
    for (const { name } of liveProjections) {
      await requestProjectionAction(worker, { ...rebuild, name });
    }
    await rebuildAll(liveProjections, 2);

    await stopLive();
    await migrate(fresh.url, bumped);
    stopLive = keepReadModels(bumped);
    await rebuildAll(bumped, 3);

    const head = (await log.store.headPosition()) ?? 0n;
    const replayed = await projectAsOf({
      ...{ database: owner, projections: bumped, tenantId, head, replace: false },
      moment: { kind: 'position', position: head },
      schema: scratchSchemaName('replay_silence'),
      log: (signal) => logFrom(null, signal),
      signal: new AbortController().signal,
    });
    expect(replayed.find(({ name }) => name === 'lead_list')?.rows).toBe(20n);

    expect(await effects()).toEqual(before);
  });

  it('were awake all the time: the next fact is acted upon', async () => {
    await suppress({ kind: 'phone', phone: '+15125550101' });
    await until('one more lead to be judged anew', async () => (await judgedAnew()) === 12);
  });
});

async function untilReactorsAreThrough(): Promise<void> {
  await until('the reactors to be through', async () => {
    const head = (await log.store.headPosition()) ?? 0n;
    const at = await worker.kysely
      .selectFrom('reactorCheckpoint')
      .select('position')
      // The others act on nothing that happens here, and pass it with the next heartbeat.
      .where('name', '=', 'eligibility')
      .executeTakeFirst();
    const later = await worker.kysely.selectFrom('reactorLater').selectAll().execute();
    const stillThere = (await log.store.headPosition()) ?? 0n;
    return (at?.position ?? -1n) >= head && later.length === 0 && stillThere === head;
  });
}
