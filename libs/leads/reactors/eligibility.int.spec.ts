import { type StoredEvent } from '#libs/event-store';
import { type DataKeyId } from '#libs/kernel';
import { until } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GetLeadQuery } from '../application/get-lead.handler.js';
import {
  aCaller,
  aConsentBlock,
  aPolicy,
  consentBlock,
  NOW,
} from '../application/intake.fixtures.js';
import { RecordConsentCommand } from '../application/record-consent.handler.js';
import {
  LiftSuppressionCommand,
  SuppressNumberCommand,
  type SuppressionTarget,
} from '../application/suppression.handlers.js';
import { type LeadEvent, type LeadMode } from '../domain/lead.events.js';
import {
  isSettled,
  loggedIn,
  standingOf,
  ServersOfFile,
  startEligibility,
  ToldRoll,
} from './eligibility.fixtures.js';

const { tenantId } = aPolicy();
const servers = ServersOfFile.startedFor(tenantId);
let worker: ReturnType<typeof startEligibility>;
let phones = 1_000;
const roll = new ToldRoll();

beforeEach(() => {
  servers.here.clock.set(NOW);
  servers.here.dnc.outcomeFor = () => 'not_checked';
  roll.leads.length = 0;
  roll.isBehind = false;
  worker = startEligibility(servers.here, roll);
});
afterEach(() => worker.stop());

const aPhone = (areaCode = '512') => `+1${areaCode}555${(phones += 1)}`;
const post = (phone: string, mode: LeadMode = 'live', consent: object | null = consentBlock) =>
  servers.here.api.post(
    { phone, ...(consent === null ? {} : { consent }) },
    aPolicy(),
    aCaller(),
    mode,
  );
const suppress = (target: SuppressionTarget, expiresAt: string | null = null) =>
  servers.here.api.suppress.execute(
    new SuppressNumberCommand(aPolicy(), aCaller(), target, 'opted_out', null, expiresAt),
  );
const suppressPhone = (phone: string, expiresAt: string | null = null) =>
  suppress({ kind: 'phone', phone }, expiresAt);
const lift = (entryId: string) =>
  servers.here.api.lift.execute(
    new LiftSuppressionCommand(tenantId, aCaller(), entryId, 'mistake'),
  );
const inHours = (hours: number) => new Date(Date.parse(NOW) + hours * 3_600_000).toISOString();
const eventsOf = (leadId: string) => servers.here.api.reader.events(tenantId, leadId);
const typesOf = async (leadId: string) => (await eventsOf(leadId)).map(({ type }) => type);
const reasonsOf = async (leadId: string) =>
  (await servers.here.api.lead.execute(new GetLeadQuery(tenantId, leadId))).state.ineligibleReasons;
const untilReasons = (leadId: string, ...reasons: string[]) =>
  until(`${leadId} to be found ${reasons.join() || 'eligible'}`, async () => {
    return (await reasonsOf(leadId)).join() === reasons.join();
  });
const untilSettled = () =>
  until('the reactor to have nothing to do', () =>
    isSettled(worker, servers.log.store, servers.here.clock),
  );

describe('a lead that was accepted', () => {
  it('is found ineligible when its number is suppressed, and eligible when the entry is lifted', async () => {
    const phone = aPhone();
    const { leadId, status } = await post(phone);
    expect(status).toBe('new');
    const { entry } = await suppressPhone(phone);
    await untilReasons(leadId, 'suppressed');
    await lift(entry.entryId);
    await untilReasons(leadId);
    await untilSettled();
    expect(await typesOf(leadId)).toEqual([
      'LeadReceived',
      'LeadFoundIneligible',
      'LeadFoundEligible',
    ]);
  });

  it('says who judged it anew, and because of which event', async () => {
    const phone = aPhone();
    const { leadId } = await post(phone);
    await untilSettled();
    const { position } = await suppressPhone(phone);
    await untilReasons(leadId, 'suppressed');
    const found = (await eventsOf(leadId)).at(-1) as StoredEvent<LeadEvent>;
    expect(found.metadata.actor).toEqual({ kind: 'system', id: 'eligibility' });
    expect(found.metadata.$correlationId).toBe(leadId);
    const [cause] = (await loggedIn(servers.log.store, 'suppression-')).filter(
      (event) => event.position === position,
    );
    expect(found.metadata.$causationId).toBe(cause?.id);
  });

  it('is left alone by other numbers and other tenants', async () => {
    const [mine, other] = [aPhone(), aPhone()];
    const { leadId } = await post(mine);
    await suppressPhone(other);
    await untilSettled();
    expect(await typesOf(leadId)).toEqual(['LeadReceived']);
  });

  it('is judged in test mode too, and only while its window is open', async () => {
    const phone = aPhone();
    const old = await post(phone);
    const test = await post(phone, 'test');
    servers.here.clock.set(inHours(30 * 24));
    const young = await post(phone);
    expect(young.outcome).toBe('created');
    servers.here.clock.set(inHours(30 * 24 - 1));
    await suppressPhone(phone);
    await Promise.all([old, test, young].map(({ leadId }) => untilReasons(leadId, 'suppressed')));
    servers.here.clock.set(inHours(30 * 24 + 1));
    await lift((await suppressPhone(phone)).entry.entryId);
    await untilReasons(young.leadId);
    await untilSettled();
    expect(await reasonsOf(old.leadId)).toEqual(['suppressed']);
  });

  it('is eligible again when the entry expires, though no process lived through it', async () => {
    const phone = aPhone();
    const { leadId } = await post(phone);
    await suppressPhone(phone, inHours(1));
    await untilReasons(leadId, 'suppressed');
    await untilSettled();
    await worker.stop();
    servers.here.clock.set(inHours(1));
    worker = startEligibility(servers.here, roll);
    await untilReasons(leadId);
  });

  it('stays ineligible when an entry expires that was made permanent meanwhile', async () => {
    const phone = aPhone();
    const { leadId } = await post(phone);
    await suppressPhone(phone, inHours(1));
    await untilReasons(leadId, 'suppressed');
    await suppressPhone(phone, null);
    servers.here.clock.set(inHours(2));
    await untilSettled();
    expect(await typesOf(leadId)).toEqual(['LeadReceived', 'LeadFoundIneligible']);
  });

  it('is judged by the command that records its consent, and by nobody else', async () => {
    const { leadId } = await post(aPhone(), 'live', null);
    const consent = aConsentBlock();
    await servers.here.api.consent.execute(
      new RecordConsentCommand(aPolicy(), aCaller(), leadId, consent),
    );
    const { questions } = servers.here.dnc;
    await untilSettled();
    expect(servers.here.dnc.questions).toBe(questions);
    expect(await typesOf(leadId)).toEqual(['LeadReceived', 'ConsentRecorded', 'LeadFoundEligible']);
  });

  it('is left blank, without an error, when its person was erased', async () => {
    const phone = aPhone();
    const { leadId } = await post(phone);
    const [received] = await eventsOf(leadId);
    const { keyId } = received?.data as { keyId: string };
    await servers.here.api.keys.destroy(tenantId, [keyId as DataKeyId]);
    await suppressPhone(phone);
    await untilSettled();
    expect(await typesOf(leadId)).toEqual(['LeadReceived']);
    expect(await standingOf(worker.database)).toMatchObject({ failure: null });
  });
});

describe('a verdict that was on its way while the suppression list changed', () => {
  it('is corrected when it comes by, whichever of the two was first in the log', async () => {
    const phone = aPhone();
    servers.here.dnc.meanwhile = async () => {
      servers.here.dnc.meanwhile = () => Promise.resolve();
      await suppressPhone(phone);
      await untilSettled();
    };
    const { leadId, status } = await post(phone);
    expect(status).toBe('new');
    await untilReasons(leadId, 'suppressed');
  });

  it('is corrected for a prefix too', async () => {
    const phone = aPhone('828');
    servers.here.dnc.meanwhile = async () => {
      servers.here.dnc.meanwhile = () => Promise.resolve();
      await suppress({ kind: 'prefix', prefix: phone.slice(0, 7) });
      await untilSettled();
    };
    const { leadId, status } = await post(phone);
    expect(status).toBe('new');
    await untilReasons(leadId, 'suppressed');
    await lift(`p${phone.slice(1, 7)}`);
  });
});

describe('a prefix', () => {
  async function onRoll(...numbers: string[]) {
    const leads: string[] = [];
    for (const number of numbers) {
      const { leadId } = await post(number);
      const [received] = await eventsOf(leadId);
      const { personal } = received?.data as { personal: string };
      roll.leads.push({ leadId, personal });
      leads.push(leadId);
    }
    await untilSettled();
    return leads;
  }

  it('concerns every lead whose number begins so, page by page, and no other', async () => {
    const numbers = ['303', '404', '303', '404', '303'].map(aPhone);
    const leads = await onRoll(...numbers);
    await suppress({ kind: 'prefix', prefix: '+1303' });
    for (const index of [0, 2, 4]) await untilReasons(leads[index]!, 'suppressed');
    await untilSettled();
    for (const index of [1, 3]) expect(await typesOf(leads[index]!)).toEqual(['LeadReceived']);
    await lift('p1303');
    for (const index of [0, 2, 4]) await untilReasons(leads[index]!);
  });

  it('waits for a read side that is behind', async () => {
    roll.isBehind = true;
    const [leadId] = await onRoll(aPhone('405'));
    await suppress({ kind: 'prefix', prefix: '+1405' });
    await untilSettled();
    expect(await reasonsOf(leadId!)).toEqual([]);
    roll.isBehind = false;
    servers.here.clock.set(inHours(1));
    await untilReasons(leadId!, 'suppressed');
  });

  it('lets its leads go when it expires', async () => {
    const leads = await onRoll(...['406', '406', '406'].map(aPhone));
    await suppress({ kind: 'prefix', prefix: '+1406' }, inHours(1));
    for (const leadId of leads) await untilReasons(leadId, 'suppressed');
    await untilSettled();
    servers.here.clock.set(inHours(1));
    for (const leadId of leads) await untilReasons(leadId);
  });
});

describe('a do-not-call provider that failed', () => {
  it('is asked again until it answers, and then no more, whatever else is judged', async () => {
    const phone = aPhone();
    servers.here.dnc.outcomeFor = () => 'failed';
    const { leadId, ineligibleReasons } = await post(phone);
    expect(ineligibleReasons).toEqual(['dnc_check_failed']);
    await untilSettled();
    for (const hours of [1, 2, 3]) {
      const { questions } = servers.here.dnc;
      servers.here.clock.set(inHours(hours));
      await untilSettled();
      expect(servers.here.dnc.questions).toBe(questions + 1);
    }
    expect(await typesOf(leadId)).toEqual(['LeadReceived']);
    servers.here.dnc.outcomeFor = () => 'clear';
    servers.here.clock.set(inHours(5));
    await untilReasons(leadId);
    await untilSettled();
    const { questions } = servers.here.dnc;
    servers.here.clock.set(inHours(10));
    await lift((await suppressPhone(phone)).entry.entryId);
    await untilSettled();
    expect(servers.here.dnc.questions).toBe(questions);
    expect(await reasonsOf(leadId)).toEqual([]);
    expect((await standingOf(worker.database)).later).toEqual([]);
  });

  it('is not asked any more once the window has ended', async () => {
    servers.here.dnc.outcomeFor = () => 'failed';
    await post(aPhone());
    await untilSettled();
    const { questions } = servers.here.dnc;
    servers.here.clock.set(inHours(30 * 24));
    await untilSettled();
    expect(servers.here.dnc.questions).toBe(questions);
    expect((await standingOf(worker.database)).later).toEqual([]);
  });
});
