import { type TenantId } from '#libs/kernel';
import { MasterKey, MemoryDataKeyStore, MemoryTenantSecretStore } from '#libs/privacy';
import { startTestEventStore, type TestEventStore } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { type ConsentSubmission } from '../intake/lead-submission.js';
import { GetLeadQuery } from './get-lead.handler.js';
import { aCaller, aConsentBlock, aPolicy, consentBlock, startInstance } from './intake.fixtures.js';
import { RecordConsentCommand } from './record-consent.handler.js';

const acme = 'acme' as TenantId;
let log: TestEventStore;
let here: ReturnType<typeof startInstance>;
let there: ReturnType<typeof startInstance>;
let line = 0;

beforeAll(async () => {
  log = await startTestEventStore();
  const stores = {
    keys: new MemoryDataKeyStore(),
    secrets: new MemoryTenantSecretStore(),
    masterKey: MasterKey.fromBase64(randomBytes(32).toString('base64')),
  };
  here = startInstance(log.url, stores, () => null);
  there = startInstance(log.url, stores, () => null);
  await here.secrets.create(acme);
  await Promise.all([here.list.ready, there.list.ready]);
});
afterAll(async () => {
  await here.stop();
  await there.stop();
  await log.close();
});

const newPhone = () => `512556${String((line += 1)).padStart(4, '0')}`;
const certificate = { trusted_form_cert_url: 'https://cert.trustedform.com/0123' };
const evidence = (parts: Partial<ConsentSubmission> = {}) => Object.assign(aConsentBlock(), parts);
const record = (leadId: string, consent: ConsentSubmission, instance = here) =>
  instance.consent.execute(new RecordConsentCommand(aPolicy(), aCaller(), leadId, consent));
const leadOf = (leadId: string) => here.lead.execute(new GetLeadQuery(acme, leadId));
const recorded = async (leadId: string) => {
  const events = await here.reader.events(acme, leadId);
  return events.filter(({ type }) => type === 'ConsentRecorded').length;
};

describe('evidence of the consent that a lead came with', () => {
  it('is there already, however it is written', async () => {
    const { leadId } = await here.post({ phone: newPhone(), consent: consentBlock });
    const consent_timestamp = '2026-10-10T06:00:00-05:00';
    for (const consent of [evidence(), evidence({ consent_timestamp })]) {
      expect(await record(leadId, consent)).toMatchObject({ status: 'new', position: null });
    }
    expect(await recorded(leadId)).toBe(0);
  });

  it('is recorded where it brings more, once, and all of it is shown', async () => {
    const { leadId } = await here.post({ phone: newPhone(), consent: consentBlock });
    const certified = evidence({ ip: '203.0.113.9', evidence: certificate });
    await record(leadId, certified);
    await record(leadId, evidence({ user_agent: 'Firefox' }));
    for (const again of [certified, evidence({ user_agent: 'Firefox' }), evidence()]) {
      expect(await record(leadId, again)).toMatchObject({ position: null });
    }
    expect(await recorded(leadId)).toBe(2);
    const { source_url } = consentBlock;
    expect((await leadOf(leadId)).personal).toMatchObject({
      consent: { ...certificate, ip: '203.0.113.9', user_agent: 'Firefox', source_url },
    });
  });

  it('is recorded once by instances that take it at the same time', async () => {
    const { leadId } = await here.post({ phone: newPhone(), consent: consentBlock });
    const certified = evidence({ evidence: certificate });
    await Promise.all([here, there, here, there].map((at) => record(leadId, certified, at)));
    expect(await recorded(leadId)).toBe(1);
  });

  it('is there already where a repeated submission brought it', async () => {
    const phone = newPhone();
    const { leadId } = await here.post({ phone });
    const merging = aPolicy('acme', { mergeConsentOnDuplicate: true });
    await here.post({ phone, consent: consentBlock }, merging);
    expect(await record(leadId, evidence())).toMatchObject({ status: 'new', position: null });
    expect(await recorded(leadId)).toBe(1);
  });
});

describe('evidence of an older consent', () => {
  it('is recorded, and takes nothing from what counts', async () => {
    const { leadId } = await here.post({ phone: newPhone(), consent: consentBlock });
    const before = await leadOf(leadId);
    const old = evidence({ consent_timestamp: '2026-05-01T12:00:00Z', ip: '203.0.113.9' });
    expect(await record(leadId, old)).toMatchObject({ status: 'new', ineligibleReasons: [] });
    expect(await recorded(leadId)).toBe(1);
    const { state, personal } = await leadOf(leadId);
    expect(state).toMatchObject({ status: 'new', consent: before.state.consent });
    expect(personal).toEqual(before.personal);
  });
});

describe('a lead whose id is written in capitals', () => {
  it('is given consent all the same, under the id it is stored under', async () => {
    const { leadId } = await here.post({ phone: newPhone() });
    const result = await record(leadId.toUpperCase(), evidence());
    expect(result).toMatchObject({ leadId, status: 'new' });
    const events = await here.reader.events(acme, leadId);
    expect(events.map(({ metadata }) => metadata.$correlationId)).toEqual([leadId, leadId, leadId]);
  });
});
