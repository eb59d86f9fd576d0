import { type DataKeyId, type TenantId } from '#libs/kernel';
import { leadIdOf } from '#libs/privacy';
import { type Order } from '#libs/reactors';
import { startTestEventStore, type TestEventStore } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { anInstallation, type Installation } from '../reactors/eligibility.fixtures.js';
import { EligibilityLookups } from './eligibility-lookups.js';
import { aCaller, aPolicy, consentBlock, NOW } from './intake.fixtures.js';
import { OccurrenceClock } from './occurrence.js';
import { ReassessLeadCommand, ReassessLeadHandler } from './reassess-lead.handler.js';
import { LiftSuppressionCommand, SuppressNumberCommand } from './suppression.handlers.js';

const { tenantId } = aPolicy();
let log: TestEventStore;
let here: Installation;
let handler: ReassessLeadHandler;
let phones = 1_000;

beforeAll(async () => {
  log = await startTestEventStore();
  here = anInstallation(log.url, '');
  const { api, dnc, clock } = here;
  await api.secrets.create(tenantId);
  await api.list.ready;
  const lookups = new EligibilityLookups(api.list, dnc, api.runner);
  handler = new ReassessLeadHandler(api.runner, api.keys, lookups, new OccurrenceClock(clock));
});
afterAll(async () => {
  await here.api.stop();
  await log.close();
});

const anOrder = (of: TenantId = tenantId, commandId: string = randomUUID()): Order => ({
  ...{ commandId, tenantId: of, actor: { kind: 'system', id: 'spec' } },
  ...{ correlationId: commandId, causationId: commandId },
});
const reassess = (leadId: string, order = anOrder()) =>
  handler.execute(new ReassessLeadCommand(leadId, order));
const typesOf = async (leadId: string) =>
  (await here.api.reader.events(tenantId, leadId)).map(({ type }) => type);

async function aLead() {
  const phone = `+1512555${(phones += 1)}`;
  const { leadId } = await here.api.post({ phone, consent: consentBlock });
  return { leadId, phone };
}

async function suppress(phone: string): Promise<string> {
  const target = { kind: 'phone', phone } as const;
  const { entry } = await here.api.suppress.execute(
    new SuppressNumberCommand(aPolicy(), aCaller(), target, 'opted_out', null, null),
  );
  return entry.entryId;
}

const lift = (entryId: string) =>
  here.api.lift.execute(new LiftSuppressionCommand(tenantId, aCaller(), entryId, 'mistake'));

describe('judging a lead anew', () => {
  it('tells whether the verdict changed, and does so once', async () => {
    const { leadId, phone } = await aLead();
    expect(await reassess(leadId)).toBe('unchanged');
    await suppress(phone);
    const order = anOrder();
    expect(await reassess(leadId, order)).toBe('judged');
    expect(await reassess(leadId)).toBe('unchanged');
    await reassess(leadId, order);
    expect(await typesOf(leadId)).toEqual(['LeadReceived', 'LeadFoundIneligible']);
  });

  it('finds no lead of another tenant, and none that is not there', async () => {
    const { leadId } = await aLead();
    expect(await reassess(leadId, anOrder('other' as TenantId))).toBe('absent');
    expect(await reassess(leadIdOf('h'.repeat(43), 'live', 0))).toBe('absent');
  });

  it('leaves a lead alone whose window has ended, and a person who was erased', async () => {
    const { leadId, phone } = await aLead();
    await suppress(phone);
    here.clock.set('2026-11-09T12:00:00.000Z');
    expect(await reassess(leadId)).toBe('over');
    here.clock.set(NOW);
    const [received] = await here.api.reader.events(tenantId, leadId);
    const { keyId } = received?.data as { keyId: string };
    await here.api.keys.destroy(tenantId, [keyId as DataKeyId]);
    expect(await reassess(leadId)).toBe('erased');
    expect(await typesOf(leadId)).toEqual(['LeadReceived']);
  });

  it('never lets an older look at the facts be judged after a newer one', async () => {
    const { leadId, phone } = await aLead();
    const entryId = await suppress(phone);
    let newer: Promise<unknown> = Promise.resolve();
    here.dnc.meanwhile = async () => {
      here.dnc.meanwhile = () => Promise.resolve();
      // The older look has begun, and has seen the entry.
      await here.api.list.entryFor(tenantId, await identityOf(phone), NOW);
      await lift(entryId);
      newer = reassess(leadId);
      // Time enough for it, were it not to wait its turn.
      for (let read = 0; read < 20; read += 1) await typesOf(leadId);
    };
    await reassess(leadId);
    await newer;
    expect((await typesOf(leadId)).at(-1)).toBe('LeadFoundEligible');
  });

  const identityOf = async (e164: string) => ({
    e164,
    phoneHash: await here.api.secrets.phoneHash(tenantId, e164),
  });
});
