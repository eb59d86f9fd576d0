import { createHash, randomBytes } from 'node:crypto';
import { EventCatalog, type EventStore } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import {
  type GeneratedHistories,
  generateHistories,
  intakePolicyOf,
  type LeadEvent,
  leadEvents,
  type SuppressionEvent,
  suppressionEvents,
} from '#libs/leads';
import {
  DataKeys,
  MasterKey,
  MemoryDataKeyStore,
  MemoryTenantSecretStore,
  TenantSecrets,
} from '#libs/privacy';
import { type ProjectedEvent } from '#libs/read-db';
import { MemoryLog } from './memory-log.js';

/** Which histories a test wants. */
export interface GeneratedLogOptions {
  readonly leads: number;
  /** 1 unless told; the same seed gives the same histories, but for data keys and event ids. */
  readonly seed?: number;
  /** `acme` unless told. */
  readonly tenantId?: string;
  /** Over how many days until {@link until} leads come in; 90 unless told. */
  readonly days?: number;
  /** ISO-8601; the beginning of June 2026 unless told. */
  readonly until?: string;
}

const DAY_MS = 24 * 3_600_000;

/**
 * Fills a log with realistic histories, about 1.35 events a lead, in order of their time. Personal
 * data is sealed with keys that nobody keeps. Some 4,000 events/s into an embedded store.
 */
export async function generateLog(
  store: EventStore,
  { leads, seed = 1, tenantId = 'acme', days = 90, until = '2026-06-01' }: GeneratedLogOptions,
): Promise<GeneratedHistories> {
  const tenant = tenantId as TenantId;
  const masterKey = MasterKey.fromBase64(randomBytes(32).toString('base64'));
  const keys = new DataKeys({ store: new MemoryDataKeyStore(), masterKey });
  const secretStore = new MemoryTenantSecretStore();
  // A known identity key, so that a seed gives the same lead ids in every run.
  const identity = createHash('sha256').update('generated').digest();
  await secretStore.addIfAbsent(
    tenant,
    masterKey.wrap({ tenantId: tenant, use: 'identity' }, identity),
  );
  const secrets = new TenantSecrets({ store: secretStore, masterKey });
  const end = new Date(until);
  return generateHistories(
    { store, keys, secrets },
    {
      ...{ policy: intakePolicyOf(tenant, 'sandbox'), leads, seed, until: end },
      from: new Date(end.getTime() - days * DAY_MS),
    },
  );
}

/** The same without a store: the events as projections get them, positions 100, 200, 300 … */
export async function generatedHistory(
  options: GeneratedLogOptions,
): Promise<ProjectedEvent<LeadEvent | SuppressionEvent>[]> {
  const log = new MemoryLog();
  await generateLog(log, options);
  const catalog = new EventCatalog([...leadEvents, ...suppressionEvents]);
  return log.events.map((recorded) => {
    const event = catalog.decode(recorded);
    if (event === null) throw new Error(`${recorded.type} was generated and is not known.`);
    return { ...event, position: recorded.position } as ProjectedEvent<
      LeadEvent | SuppressionEvent
    >;
  });
}
