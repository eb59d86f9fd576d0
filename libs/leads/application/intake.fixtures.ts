import { CommandRunner, connectEventStore, EventCatalog } from '#libs/event-store';
import { type Clock, fixedClock, type TenantId } from '#libs/kernel';
import {
  DataKeys,
  type MasterKey,
  type MemoryDataKeyStore,
  type MemoryTenantSecretStore,
  TenantSecrets,
} from '#libs/privacy';
import { randomUUID } from 'node:crypto';
import { type LeadMode } from '../domain/lead.events.js';
import { leadStreamEvents } from '../domain/lead-stream.events.js';
import { dncRulesEvents } from '../domain/dnc-rules.events.js';
import { suppressionEvents } from '../domain/suppression.events.js';
import { NoDncProvider } from '../infrastructure/http-dnc-provider.js';
import { ConsentSubmission } from '../intake/lead-submission.js';
import { readSubmission } from '../intake/read-submission.js';
import { EligibilityLookups } from './eligibility-lookups.js';
import { GetLeadHandler } from './get-lead.handler.js';
import { GetLeadHistoryHandler } from './get-lead-history.handler.js';
import { type Caller, DEFAULT_POLICY, type IntakePolicy } from './intake-policy.js';
import { LeadReader } from './lead-reader.js';
import { OccurrenceClock } from './occurrence.js';
import { type DncProvider, OrdinalHint } from './ports.js';
import { ReceiveLeadCommand, ReceiveLeadHandler } from './receive-lead.handler.js';
import { RecordConsentHandler } from './record-consent.handler.js';
import { LiftSuppressionHandler, SuppressNumberHandler } from './suppression.handlers.js';
import { SuppressionList } from './suppression-list.js';

export const NOW = '2026-10-10T12:00:00.000Z';

export const aPolicy = (tenant = 'acme', overrides: Partial<IntakePolicy> = {}): IntakePolicy => ({
  ...DEFAULT_POLICY,
  tenantId: tenant as TenantId,
  tenantMode: 'live',
  ...overrides,
});

export const aCaller = (commandId: string = randomUUID()): Caller => ({
  actor: { kind: 'api_key', id: 'key000000001' },
  apiKeyId: 'key000000001',
  commandId,
  causationId: 'request-1',
  ip: '198.51.100.42',
  userAgent: 'curl/8',
});

export const consentBlock = {
  consent_timestamp: '2026-10-10T11:00:00Z',
  consent_text_version: 'webform-v2',
  source_url: 'https://example.com/quote',
};

/** The same as the api hands it on. */
export const aConsentBlock = (): ConsentSubmission =>
  Object.assign(new ConsentSubmission(), consentBlock);

/** Keys shared by every instance of a test installation. */
export interface KeyStores {
  readonly keys: MemoryDataKeyStore;
  readonly secrets: MemoryTenantSecretStore;
  readonly masterKey: MasterKey;
}

/** An instance of the intake, with everything it needs, on a running event store. */
export function startInstance(
  url: string,
  stores: KeyStores,
  hint: () => number | null,
  dncOn: (clock: Clock) => DncProvider = () => new NoDncProvider(),
) {
  const store = connectEventStore(url);
  const catalog = new EventCatalog([...leadStreamEvents, ...suppressionEvents, ...dncRulesEvents]);
  const runner = new CommandRunner(store, catalog);
  const keys = new DataKeys({ store: stores.keys, masterKey: stores.masterKey });
  const secrets = new TenantSecrets({ store: stores.secrets, masterKey: stores.masterKey });
  const time = fixedClock(NOW);
  const clock = new OccurrenceClock(time);
  const list = new SuppressionList(store, catalog, runner);
  const lookups = new EligibilityLookups(list, dncOn(time), runner);
  const reader = new LeadReader(runner);
  const ordinals = new (class extends OrdinalHint {
    override latestOrdinal = () => Promise.resolve(hint());
  })();
  const receiving = new ReceiveLeadHandler(runner, keys, secrets, lookups, ordinals, clock);
  list.start();
  return {
    ...{ store, runner, keys, secrets, time, list, reader },
    post: (body: unknown, policy = aPolicy(), caller = aCaller(), mode: LeadMode = 'live') =>
      receiving.execute(
        new ReceiveLeadCommand(policy, mode, 'api', caller, readSubmission(body, policy.countries)),
      ),
    lead: new GetLeadHandler(reader, keys),
    history: new GetLeadHistoryHandler(reader, keys),
    consent: new RecordConsentHandler(runner, reader, keys, secrets, lookups, clock),
    suppress: new SuppressNumberHandler(runner, keys, secrets, list, clock),
    lift: new LiftSuppressionHandler(runner, clock),
    stop: async () => {
      await list.stop();
      await store.close();
    },
  };
}
