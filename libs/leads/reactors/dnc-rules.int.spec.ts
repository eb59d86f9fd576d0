import { until } from '#libs/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ConfigureDncRulesCommand,
  ConfigureDncRulesHandler,
} from '../application/dnc-rules.handlers.js';
import { GetLeadQuery } from '../application/get-lead.handler.js';
import { aCaller, aPolicy, consentBlock, NOW } from '../application/intake.fixtures.js';
import { OccurrenceClock } from '../application/occurrence.js';
import { type DncMatrix } from '../domain/dnc-rules.events.js';
import { isSettled, ServersOfFile, startEligibility, ToldRoll } from './eligibility.fixtures.js';

const { tenantId } = aPolicy();
const servers = ServersOfFile.startedFor(tenantId);
let worker: ReturnType<typeof startEligibility>;
let rules: ConfigureDncRulesHandler;
let phones = 3_000;
const roll = new ToldRoll();

beforeAll(() => {
  rules = new ConfigureDncRulesHandler(
    servers.here.api.runner,
    new OccurrenceClock(servers.here.clock),
  );
});
beforeEach(async () => {
  servers.here.clock.set(NOW);
  servers.here.dnc.outcomeFor = () => 'listed';
  roll.leads.length = 0;
  worker = startEligibility(servers.here, roll);
  await decide('block');
  await untilSettled();
});
afterEach(() => worker.stop());

const decide = (national: DncMatrix['national']) =>
  rules.execute(new ConfigureDncRulesCommand(tenantId, aCaller(), { national }, null));
const eventsOf = (leadId: string) => servers.here.api.reader.events(tenantId, leadId);
const untilReasons = (leadId: string, ...reasons: string[]) =>
  until(`${leadId} to be found ${reasons.join() || 'eligible'}`, async () => {
    const { state } = await servers.here.api.lead.execute(new GetLeadQuery(tenantId, leadId));
    return state.ineligibleReasons.join() === reasons.join();
  });
const untilSettled = () =>
  until('the reactor to have nothing to do', () =>
    isSettled(worker, servers.log.store, servers.here.clock),
  );

/** Received by the api, and shown by the read side. */
async function post(consent: object = consentBlock) {
  const phone = `+1512555${(phones += 1)}`;
  const answer = await servers.here.api.post({ phone, consent }, aPolicy(), aCaller());
  const [received] = await eventsOf(answer.leadId);
  if (received?.type !== 'LeadReceived') throw new Error('A lead begins with its receipt.');
  roll.leads.push({ leadId: answer.leadId, personal: received.data.personal });
  return { ...answer, verdict: received.data.verdict };
}

describe('what do-not-call lists mean', () => {
  it('is applied at receipt, and named with its version and the answer for each list', async () => {
    const strict = await post();
    expect(strict.ineligibleReasons).toEqual(['dnc_national']);
    const { rules: decided } = await decide('allow_with_written_consent');
    const allowed = await post();
    expect(allowed.status).toBe('new');
    expect(allowed.verdict?.checks.dncRules).toEqual(decided);
    expect(allowed.verdict?.dncFinding).toMatchObject({
      ...{ rulesVersion: decided.version, writtenConsent: true },
      answers: { national: 'allowed_by_written_consent', litigator: 'clear' },
    });
    const { ineligibleReasons } = await post({ consent_text_version: 'v2' });
    expect(ineligibleReasons).toContain('dnc_national');
  });

  it('has leads on a list judged anew when it changes, either way', async () => {
    const leads = [await post(), await post(), await post()];
    await untilSettled();
    await decide('allow');
    for (const { leadId } of leads) await untilReasons(leadId);
    await decide('block');
    for (const { leadId } of leads) await untilReasons(leadId, 'dnc_national');
  });

  it('leaves leads alone that are on none, and asks the provider nothing', async () => {
    servers.here.dnc.outcomeFor = () => 'clear';
    const { leadId } = await post();
    await untilSettled();
    const { questions } = servers.here.dnc;
    await decide('allow');
    await untilSettled();
    expect((await eventsOf(leadId)).map(({ type }) => type)).toEqual(['LeadReceived']);
    expect(servers.here.dnc.questions).toBe(questions);
  });

  it('is not read where no provider is connected', async () => {
    servers.here.dnc.outcomeFor = () => 'not_checked';
    const { verdict, status } = await post();
    expect([status, verdict?.checks.dncRules, verdict?.dncFinding]).toEqual(['new', null, null]);
  });
});
