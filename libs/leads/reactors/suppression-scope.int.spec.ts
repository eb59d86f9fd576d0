import { until } from '#libs/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GetLeadQuery } from '../application/get-lead.handler.js';
import { aCaller, aPolicy, consentBlock, NOW } from '../application/intake.fixtures.js';
import {
  LiftSuppressionCommand,
  SuppressNumberCommand,
  type SuppressionTarget,
} from '../application/suppression.handlers.js';
import { type SuppressionBinding, WHOLE_TENANT } from '../domain/suppression-scope.js';
import { isSettled, ServersOfFile, startEligibility, ToldRoll } from './eligibility.fixtures.js';

const { tenantId } = aPolicy();
const servers = ServersOfFile.startedFor(tenantId);
const ACME_BRAND = { scope: 'brand', scopeName: ' ACME  quotes' } as const;
let worker: ReturnType<typeof startEligibility>;
let phones = 2_000;
const roll = new ToldRoll();

beforeAll(async () => {
  await servers.here.api.list.ready;
});
beforeEach(() => {
  servers.here.clock.set(NOW);
  roll.leads.length = 0;
  worker = startEligibility(servers.here, roll);
});
afterEach(() => worker.stop());

const aPhone = (areaCode = '512') => `+1${areaCode}555${(phones += 1)}`;
const postOf = (source: string, phone: string) =>
  servers.here.api.post({ phone, source, consent: consentBlock }, aPolicy(), aCaller());
const suppress = (target: SuppressionTarget, binding: SuppressionBinding) =>
  servers.here.api.suppress.execute(
    new SuppressNumberCommand(aPolicy(), aCaller(), target, 'opted_out', null, null, binding),
  );
const suppressPhone = (phone: string, binding: SuppressionBinding) =>
  suppress({ kind: 'phone', phone }, binding);
const lift = (entryId: string) =>
  servers.here.api.lift.execute(
    new LiftSuppressionCommand(tenantId, aCaller(), entryId, 'mistake'),
  );
const typesOf = async (leadId: string) =>
  (await servers.here.api.reader.events(tenantId, leadId)).map(({ type }) => type);
const untilReasons = (leadId: string, ...reasons: string[]) =>
  until(`${leadId} to be found ${reasons.join() || 'eligible'}`, async () => {
    const { state } = await servers.here.api.lead.execute(new GetLeadQuery(tenantId, leadId));
    return state.ineligibleReasons.join() === reasons.join();
  });
const untilSettled = () =>
  until('the reactor to have nothing to do', () =>
    isSettled(worker, servers.log.store, servers.here.clock),
  );

describe('a number that is suppressed for a brand', () => {
  it('is not dialed for leads of that brand, however it is spelled, and for others is', async () => {
    const [mine, other] = [aPhone(), aPhone()];
    await Promise.all([mine, other].map((phone) => suppressPhone(phone, ACME_BRAND)));
    expect(await postOf('Acme Quotes', mine)).toMatchObject({
      ...{ outcome: 'created', status: 'ineligible', ineligibleReasons: ['suppressed_for_brand'] },
    });
    expect(await postOf('Other', other)).toMatchObject({ status: 'new' });
  });

  it('is suppressed for everybody where both are bound', async () => {
    const phone = aPhone();
    await suppressPhone(phone, ACME_BRAND);
    await suppressPhone(phone, WHOLE_TENANT);
    expect(await postOf('Acme Quotes', phone)).toMatchObject({ ineligibleReasons: ['suppressed'] });
  });

  it('has its leads judged anew, until the entry is lifted', async () => {
    const [mine, other] = [aPhone(), aPhone()];
    const [lead, others] = [await postOf('Acme Quotes', mine), await postOf('Other', other)];
    const { entry } = await suppressPhone(mine, ACME_BRAND);
    await suppressPhone(other, ACME_BRAND);
    await untilReasons(lead.leadId, 'suppressed_for_brand');
    await lift(entry.entryId);
    await untilReasons(lead.leadId);
    await untilSettled();
    expect(await typesOf(others.leadId)).toEqual(['LeadReceived']);
  });

  it('may be so by its prefix', async () => {
    const [mine, other] = [aPhone('737'), aPhone('737')];
    const [lead, others] = [await postOf('Acme Quotes', mine), await postOf('Other', other)];
    for (const { leadId } of [lead, others]) {
      const [received] = await servers.here.api.reader.events(tenantId, leadId);
      roll.leads.push({ leadId, personal: (received?.data as { personal: string }).personal });
    }
    await untilSettled();
    await suppress({ kind: 'prefix', prefix: '+1737' }, ACME_BRAND);
    await untilReasons(lead.leadId, 'suppressed_for_brand');
    expect(await postOf('Acme Quotes', aPhone('737'))).toMatchObject({ status: 'ineligible' });
    await untilSettled();
    expect(await typesOf(others.leadId)).toEqual(['LeadReceived']);
  });

  it('is corrected where entry and verdict were on their way at the same time', async () => {
    const phone = aPhone();
    servers.here.dnc.meanwhile = async () => {
      servers.here.dnc.meanwhile = () => Promise.resolve();
      await suppressPhone(phone, ACME_BRAND);
      await untilSettled();
    };
    const { leadId, status } = await postOf('Acme Quotes', phone);
    expect(status).toBe('new');
    await untilReasons(leadId, 'suppressed_for_brand');
  });
});

describe('a number that is suppressed for a seller', () => {
  it('is dialed, and that seller told apart from others until the entry is lifted', async () => {
    const phone = aPhone();
    const lead = await postOf('Acme Quotes', phone);
    const { entry } = await suppressPhone(phone, { scope: 'seller', scopeName: 'Northwind' });
    await untilSettled();
    expect(await typesOf(lead.leadId)).toEqual(['LeadReceived']);
    const asked = { e164: phone, phoneHash: entry.phoneHash ?? '' };
    const sellers = ['NORTH wind', 'Southwind'];
    const suppressed = () => servers.here.api.list.suppressedSellers(tenantId, asked, sellers, NOW);
    expect(await suppressed()).toEqual(['NORTH wind']);
    await lift(entry.entryId);
    expect(await suppressed()).toEqual([]);
  });

  it('must be bound by a name that has letters', async () => {
    const nobody = suppressPhone(aPhone(), { scope: 'seller', scopeName: ' \t ' });
    await expect(nobody).rejects.toMatchObject({ code: 'validation_failed' });
  });
});
