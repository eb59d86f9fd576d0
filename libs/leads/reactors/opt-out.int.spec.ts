import { callEvents } from '#events/calls';
import { CommandRunner, connectEventStore, EventCatalog } from '#libs/event-store';
import { type DataKeyId } from '#libs/kernel';
import { DataKeys, TenantSecrets } from '#libs/privacy';
import { runReactors } from '#libs/reactors';
import { connectDatabase } from '#libs/read-db';
import { until } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { GetLeadQuery } from '../application/get-lead.handler.js';
import { aCaller, aPolicy, consentBlock, NOW } from '../application/intake.fixtures.js';
import { leadStream } from '../application/lead-streams.js';
import { RecordConsentCommand } from '../application/record-consent.handler.js';
import { LiftSuppressionCommand } from '../application/suppression.handlers.js';
import { ConsentSubmission } from '../intake/lead-submission.js';
import { ServersOfFile, ToldRoll } from './eligibility.fixtures.js';
import { Eligibility } from './eligibility.reactor.js';
import { OptOut } from './opt-out.reactor.js';

const { tenantId } = aPolicy();
const servers = ServersOfFile.startedFor(tenantId);
const callId = '7d1e0c52-9a3b-5f64-8b1d-2c6e4f8a9b30';
let worker: ReturnType<typeof startWorker>;
let phones = 1_000;

beforeEach(() => {
  servers.here.clock.set(NOW);
  worker = startWorker();
});
afterEach(() => worker.stop());

/** A worker’s side: the reactor, and the one that judges leads anew for what it did. */
function startWorker() {
  const { stores, clock, dnc } = servers.here;
  const store = connectEventStore(servers.log.url);
  const { masterKey } = stores;
  const database = connectDatabase({
    ...{ url: servers.fresh.url, role: 'worker', applicationName: 'opt-out-spec' },
  });
  const keys = new DataKeys({ store: stores.keys, masterKey });
  const secrets = new TenantSecrets({ store: stores.secrets, masterKey });
  const eligibility = new Eligibility({ store, keys, dnc, roll: new ToldRoll(), clock });
  const { reactor } = new OptOut({ store, keys, secrets, clock });
  const stop = new AbortController();
  const running = eligibility.start().then(() =>
    runReactors({
      ...{ store, database, clock, signal: stop.signal, report: () => undefined },
      reactors: [eligibility.reactor, reactor],
      limits: { pollMs: 10, saveMs: 10 },
    }),
  );
  return {
    stop: async () => {
      stop.abort();
      await running;
      await eligibility.stop();
      await Promise.all([store.close(), database.close()]);
    },
  };
}

const aPhone = () => `+1512555${(phones += 1)}`;
const post = (phone: string) => servers.here.api.post({ phone, consent: consentBlock });
const viewOf = (leadId: string) =>
  servers.here.api.lead.execute(new GetLeadQuery(tenantId, leadId));
const reasonsOf = async (leadId: string) => (await viewOf(leadId)).state.ineligibleReasons;
const untilReasons = (leadId: string, ...reasons: string[]) =>
  until(`${leadId} to be found ${reasons.join() || 'eligible'}`, async () => {
    return (await reasonsOf(leadId)).join() === reasons.join();
  });
const revocationsOf = async (leadId: string) =>
  (await servers.here.api.reader.events(tenantId, leadId)).filter(
    ({ type }) => type === 'ConsentRevoked',
  );

/** What calling states when a consumer says so on the phone. */
async function optOutByPhone(leadId: string, optedOutAt = NOW): Promise<string> {
  const { received } = await viewOf(leadId);
  const { phoneHash } = received;
  const runner = new CommandRunner(servers.log.store, new EventCatalog(callEvents));
  const said = { leadId, callId, phoneHash, given: 'speech', words: 'stop', personal: null };
  const event = { type: 'ConsumerOptedOut', data: { ...said, optedOutAt } };
  await runner.run({
    stream: leadStream(leadId),
    decider: { decide: () => [event], evolve: () => null, initialState: () => null },
    command: null,
    context: {
      ...{ commandId: randomUUID(), tenantId, actor: { kind: 'system', id: 'telephony' } },
      ...{ occurredAt: optedOutAt, correlationId: leadId, causationId: leadId },
    },
  });
  return phoneHash;
}

/** The event by which calling said so. */
async function causeOf(leadId: string): Promise<string | undefined> {
  for await (const { id, type } of servers.log.store.readStream(leadStream(leadId))) {
    if (type === 'ConsumerOptedOut') return id;
  }
  return undefined;
}

describe('a consumer who opts out on the phone', () => {
  it('is not called any more: consent is revoked, and the number is suppressed', async () => {
    const phone = aPhone();
    const { leadId, status } = await post(phone);
    expect(status).toBe('new');
    const phoneHash = await optOutByPhone(leadId);
    await untilReasons(leadId, 'consent_revoked', 'suppressed');
    const identity = { e164: phone, phoneHash };
    expect(await servers.here.api.list.entryFor(tenantId, identity, NOW)).toBe(phoneHash);
    const [entry] = await servers.here.api.runner.history(`suppression-${tenantId}_${phoneHash}`);
    expect(entry?.data).toMatchObject({
      ...{ reason: 'opted_out', source: 'call', expiresAt: null, personal: null },
      ...{ scope: 'tenant', scopeName: null },
    });
  });

  it('is recorded with what was recognised, by whom and because of what', async () => {
    const { leadId } = await post(aPhone());
    await optOutByPhone(leadId);
    await untilReasons(leadId, 'consent_revoked', 'suppressed');
    const [revoked, ...more] = await revocationsOf(leadId);
    expect(more).toEqual([]);
    expect(revoked?.data).toEqual({
      ...{ leadId, channel: 'call', words: 'stop', callId },
      ...{ revocationScope: 'all', revokedAt: NOW },
    });
    expect(revoked?.metadata.actor).toEqual({ kind: 'system', id: 'opt-out' });
    expect(revoked?.metadata.$causationId).toBe(await causeOf(leadId));
  });

  it('blocks later leads of the number as well', async () => {
    const phone = aPhone();
    const { leadId } = await post(phone);
    await optOutByPhone(leadId);
    await untilReasons(leadId, 'consent_revoked', 'suppressed');
    servers.here.clock.set('2026-11-09T12:00:00.000Z');
    const consent = { ...consentBlock, consent_timestamp: '2026-11-09T11:00:00Z' };
    const later = await servers.here.api.post({ phone, consent });
    expect(later.outcome).toBe('created');
    expect(await reasonsOf(later.leadId)).toEqual(['suppressed']);
  });

  it('counts once, though no process lived through it and it is said twice', async () => {
    const { leadId } = await post(aPhone());
    await worker.stop();
    await optOutByPhone(leadId);
    await optOutByPhone(leadId, '2026-10-10T12:00:05.000Z');
    worker = startWorker();
    await untilReasons(leadId, 'consent_revoked', 'suppressed');
    const after = await post(aPhone());
    await optOutByPhone(after.leadId);
    await untilReasons(after.leadId, 'consent_revoked', 'suppressed');
    expect(await revocationsOf(leadId)).toHaveLength(1);
  });

  it('can do so though the person was erased', async () => {
    const { leadId } = await post(aPhone());
    const { received } = await viewOf(leadId);
    await servers.here.api.keys.destroy(tenantId, [received.keyId as DataKeyId]);
    await optOutByPhone(leadId);
    await untilReasons(leadId, 'consent_revoked');
  });

  it('may be called again only with new consent, and once the entry is lifted', async () => {
    const phone = aPhone();
    const { leadId } = await post(phone);
    const entryId = await optOutByPhone(leadId);
    await untilReasons(leadId, 'consent_revoked', 'suppressed');
    servers.here.clock.set('2026-10-11T12:00:00.000Z');
    const record = (consent_timestamp: string) => {
      const consent = Object.assign(new ConsentSubmission(), {
        ...consentBlock,
        consent_timestamp,
      });
      return servers.here.api.consent.execute(
        new RecordConsentCommand(aPolicy(), aCaller(), leadId, consent),
      );
    };
    const before = await record('2026-10-10T11:30:00Z');
    expect(before.ineligibleReasons).toEqual(['consent_revoked', 'suppressed']);
    const anew = await record('2026-10-11T11:00:00Z');
    expect(anew.ineligibleReasons).toEqual(['suppressed']);
    await servers.here.api.lift.execute(
      new LiftSuppressionCommand(tenantId, aCaller(), entryId, 'consented again'),
    );
    await untilReasons(leadId);
  });
});
