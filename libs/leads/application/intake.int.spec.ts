import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MasterKey, MemoryDataKeyStore, MemoryTenantSecretStore } from '#libs/privacy';
import { type DataKeyId, DomainError, type TenantId } from '#libs/kernel';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStoreServer, startEventStore } from '../../../apps/eventstore/server.js';
import { GetLeadQuery } from './get-lead.handler.js';
import { GetLeadHistoryQuery } from './get-lead-history.handler.js';
import {
  aCaller,
  aConsentBlock,
  aPolicy,
  consentBlock,
  type KeyStores,
  NOW,
  startInstance,
} from './intake.fixtures.js';
import { RecordConsentCommand } from './record-consent.handler.js';
import { LiftSuppressionCommand, SuppressNumberCommand } from './suppression.handlers.js';
import { WHOLE_TENANT } from '../domain/suppression-scope.js';

const acme = 'acme' as TenantId;
let folder: string;
let server: EventStoreServer;
let stores: KeyStores;
let here: ReturnType<typeof startInstance>;
let there: ReturnType<typeof startInstance>;
let hint: number | null = null;
let line = 0;

/** A phone no other test uses. */
const newPhone = () => `512555${String((line += 1)).padStart(4, '0')}`;
/** It may have been run before, and nobody is running it. */
const runBefore = { earlierRun: { refusal: null } };
const aLead = (phone: string) => ({ phone, first_name: 'Jane', consent: consentBlock });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leadledger-intake-'));
  server = await startEventStore({ dataDir: folder });
  stores = {
    keys: new MemoryDataKeyStore(),
    secrets: new MemoryTenantSecretStore(),
    masterKey: MasterKey.fromBase64(randomBytes(32).toString('base64')),
  };
  here = startInstance(server.url, stores, () => hint);
  there = startInstance(server.url, stores, () => hint);
  await here.secrets.create(acme);
  await here.secrets.create('other' as TenantId);
  await Promise.all([here.list.ready, there.list.ready]);
});
afterAll(async () => {
  await here.stop();
  await there.stop();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  hint = null;
  here.time.set(NOW);
  there.time.set(NOW);
});

describe('a phone posted a hundred times at once on two instances', () => {
  it('makes one lead and ninety-nine duplicates with its id', async () => {
    const phone = newPhone();
    const posts = Array.from({ length: 100 }, (_, i) =>
      (i % 2 === 0 ? here : there).post(aLead(phone)),
    );
    const results = await Promise.all(posts);
    expect(results.filter((result) => result.outcome === 'created')).toHaveLength(1);
    expect(new Set(results.map((result) => result.leadId)).size).toBe(1);
    const [{ leadId } = { leadId: '' }] = results;
    const events = await here.reader.events(acme, leadId);
    expect(events.filter((event) => event.type === 'LeadDeduplicated')).toHaveLength(99);
  });
});

describe('a phone that comes back', () => {
  it('makes a new lead every 30 days, whatever the read model knows', async () => {
    const phone = newPhone();
    const ids: string[] = [];
    for (const [day, known] of [
      [0, null],
      [30, null],
      [60, 1],
      [90, 0],
      [120, 2],
    ] as const) {
      const at = new Date(Date.parse(NOW) + day * 86_400_000).toISOString();
      here.time.set(at);
      there.time.set(at);
      hint = known;
      const first = await here.post(aLead(phone));
      const second = await there.post(aLead(phone));
      expect([first.outcome, second.outcome]).toEqual(['created', 'duplicate']);
      expect(second.leadId).toBe(first.leadId);
      ids.push(first.leadId);
    }
    expect(new Set(ids).size).toBe(5);
  });

  it('is another lead for another tenant, and for test keys', async () => {
    const phone = newPhone();
    const live = await here.post(aLead(phone));
    const other = await here.post(aLead(phone), aPolicy('other'));
    const test = await here.post(aLead(phone), aPolicy(), aCaller(), 'test');
    expect([live, other, test].map((result) => result.outcome)).toEqual([
      'created',
      'created',
      'created',
    ]);
    expect(new Set([live.leadId, other.leadId, test.leadId]).size).toBe(3);
  });
});

describe('a command sent again', () => {
  it.each(['created', 'duplicate'] as const)('has the same outcome: %s', async (outcome) => {
    const phone = newPhone();
    if (outcome === 'duplicate') await here.post(aLead(phone));
    const commandId = randomUUID();
    const first = await here.post(aLead(phone), aPolicy(), aCaller(commandId));
    await there.post(aLead(phone));
    const again = await there.post(aLead(phone), aPolicy(), aCaller(commandId));
    expect([first.outcome, again.outcome]).toEqual([outcome, outcome]);
    const events = await here.reader.events(acme, first.leadId);
    expect(events.filter((event) => event.metadata.commandId === commandId)).toHaveLength(1);
  });

  it.each(['created', 'duplicate'] as const)('is answered as it was then: %s', async (outcome) => {
    const phone = newPhone();
    const lead = { phone, state: 'nowhere' };
    if (outcome === 'duplicate') await here.post(lead);
    const caller = aCaller();
    const first = await here.post(lead, aPolicy(), caller);
    expect(first).toMatchObject({ outcome, status: 'ineligible', replayed: false });
    const { leadId } = first;
    await there.consent.execute(
      new RecordConsentCommand(aPolicy(), aCaller(), leadId, aConsentBlock()),
    );
    const now = await here.post(lead);
    expect(now).toMatchObject({ outcome: 'duplicate', status: 'new' });
    for (const instance of [here, there]) {
      const again = await instance.post(lead, aPolicy(), { ...caller, ...runBefore });
      expect(again).toEqual({ ...first, replayed: true });
    }
  });

  it('is found with the lead it belonged to then, though the phone has another lead now', async () => {
    const phone = newPhone();
    const at = (day: number) => {
      here.time.set(new Date(Date.parse(NOW) + day * 86_400_000).toISOString());
    };
    await here.post(aLead(phone));
    at(40);
    await here.post(aLead(phone));
    at(69);
    const caller = aCaller();
    const first = await here.post(aLead(phone), aPolicy(), caller);
    at(75);
    const latest = await here.post(aLead(phone));
    expect([first.outcome, latest.outcome]).toEqual(['duplicate', 'created']);
    hint = 2;
    const again = await here.post(aLead(phone), aPolicy(), { ...caller, ...runBefore });
    expect(again).toEqual({ ...first, replayed: true });
  });

  it('is run if the log does not know it, unless somebody else may be running it', async () => {
    const phone = newPhone();
    const refusal = new DomainError('conflict', 'idempotency_in_progress', 'Wait.');
    const caller = aCaller();
    const elsewhere = { ...caller, earlierRun: { refusal } };
    await expect(here.post(aLead(phone), aPolicy(), elsewhere)).rejects.toBe(refusal);
    const run = await here.post(aLead(phone), aPolicy(), { ...caller, ...runBefore });
    expect(run).toMatchObject({ outcome: 'created', replayed: false });
    const again = await there.post(aLead(phone), aPolicy(), elsewhere);
    expect(again).toEqual({ ...run, replayed: true });
  });
});

describe('a suppressed number', () => {
  const suppress = (
    phone: string,
    expiresAt: string | null = null,
    { reason = 'opted_out', binding = WHOLE_TENANT } = {},
  ) =>
    here.suppress.execute(
      new SuppressNumberCommand(
        aPolicy(),
        aCaller(),
        { kind: 'phone', phone },
        reason,
        null,
        expiresAt,
        binding,
      ),
    );

  it('is stored and never dialable, from the moment the suppression is answered', async () => {
    const phone = newPhone();
    await suppress(phone);
    expect(await here.post(aLead(phone))).toMatchObject({
      outcome: 'created',
      status: 'ineligible',
      ineligibleReasons: ['suppressed'],
    });
  });

  it('may be dialed again once the entry is lifted or has expired', async () => {
    const [lifted, expired] = [newPhone(), newPhone()];
    const { entry } = await suppress(lifted);
    await here.lift.execute(new LiftSuppressionCommand(acme, aCaller(), entry.entryId, 'mistake'));
    await suppress(expired, NOW);
    expect(await here.post(aLead(lifted))).toMatchObject({ status: 'new' });
    expect(await here.post(aLead(expired))).toMatchObject({ status: 'new' });
  });

  it('stays suppressed for ever when somebody else would have it end', async () => {
    const phone = newPhone();
    const { entry } = await suppress(phone);
    for (const binding of [WHOLE_TENANT, { scope: 'brand', scopeName: 'webform' } as const]) {
      await suppress(phone, NOW, { reason: 'campaign pause', binding });
    }
    const again = await suppress(phone, NOW, { reason: 'campaign pause' });
    expect(again).toEqual({ entry, position: null });
    expect(await here.post(aLead(phone))).toMatchObject({ ineligibleReasons: ['suppressed'] });
  });

  it('is suppressed for its tenant only', async () => {
    const phone = newPhone();
    await suppress(phone);
    expect(await here.post(aLead(phone), aPolicy('other'))).toMatchObject({ status: 'new' });
  });

  it('may be suppressed by its prefix', async () => {
    const target = { kind: 'prefix', prefix: '+1737' } as const;
    await here.suppress.execute(
      new SuppressNumberCommand(aPolicy(), aCaller(), target, 'internal_dnc', null, null),
    );
    expect(await here.post(aLead('7375551234'))).toMatchObject({
      ineligibleReasons: ['suppressed'],
    });
  });

  it('is known to an instance that starts later', async () => {
    const phone = newPhone();
    await suppress(phone);
    const later = startInstance(server.url, stores, () => null);
    await later.list.ready;
    expect(await later.post(aLead(phone))).toMatchObject({ ineligibleReasons: ['suppressed'] });
    await later.stop();
  });
});

describe('a lead that is read', () => {
  it('is current, as it was at any moment, and shows personal data', async () => {
    const phone = newPhone();
    const { leadId } = await here.post({ phone, first_name: 'Jane' });
    await here.consent.execute(
      new RecordConsentCommand(aPolicy(), aCaller(), leadId, aConsentBlock()),
    );
    const now = await here.lead.execute(new GetLeadQuery(acme, leadId));
    expect(now.state).toMatchObject({ status: 'new', ineligibleReasons: [] });
    expect(now.personal).toMatchObject({ phone: `+1${phone}`, first_name: 'Jane' });
    const before = { kind: 'revision', revision: 0n } as const;
    const then = await here.lead.execute(new GetLeadQuery(acme, leadId, before));
    expect(then.state).toMatchObject({
      status: 'ineligible',
      ineligibleReasons: ['consent_missing'],
    });
  });

  it('is found however its id is written', async () => {
    const { leadId } = await here.post(aLead(newPhone()));
    expect(await here.reader.events(acme, leadId.toUpperCase())).toHaveLength(1);
  });

  it('tells its whole history: who, from where, because of what', async () => {
    const { leadId } = await here.post(aLead(newPhone()));
    const history = await here.history.execute(new GetLeadHistoryQuery(acme, leadId));
    expect(history).toHaveLength(1);
    expect(history[0]).toMatchObject({
      origin: { ip: '198.51.100.42', userAgent: 'curl/8' },
      personal: { first_name: 'Jane' },
      event: {
        type: 'LeadReceived',
        data: { verdict: { eligible: true } },
        metadata: { actor: { kind: 'api_key' }, $causationId: 'request-1' },
      },
    });
  });

  it('does not exist for another tenant, before it was received, or under a wrong id', async () => {
    const { leadId } = await here.post(aLead(newPhone()));
    const before = { kind: 'instant', instant: '2020-01-01T00:00:00Z' } as const;
    const missing = { code: 'lead_not_found' };
    await expect(here.reader.events('other' as TenantId, leadId)).rejects.toMatchObject(missing);
    await expect(here.reader.events(acme, leadId, before)).rejects.toMatchObject(missing);
    await expect(here.reader.events(acme, 'nonsense')).rejects.toMatchObject(missing);
    await expect(here.reader.events(acme, randomUUID())).rejects.toMatchObject(missing);
  });

  it('shows a marked blank once its key is destroyed, and keeps its history', async () => {
    const { leadId } = await here.post(aLead(newPhone()));
    const { received } = await here.lead.execute(new GetLeadQuery(acme, leadId));
    await here.keys.destroy(acme, [received.keyId as DataKeyId]);
    const erased = await here.lead.execute(new GetLeadQuery(acme, leadId));
    expect(erased).toMatchObject({ personal: { erased: true }, state: { status: 'new' } });
    const history = await here.history.execute(new GetLeadHistoryQuery(acme, leadId));
    expect(history[0]).toMatchObject({ personal: { erased: true }, origin: { erased: true } });
    const consent = new RecordConsentCommand(aPolicy(), aCaller(), leadId, aConsentBlock());
    await expect(here.consent.execute(consent)).rejects.toMatchObject({ code: 'person_erased' });
  });
});
