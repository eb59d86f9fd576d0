import { fixedClock } from '#libs/kernel';
import { type VoiceStep } from '#libs/telephony';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aReport, CallingHouse, MONDAY } from '../calling-house.fixtures.js';
import { historyOf, startCall } from '../domain/calls.fixtures.js';
import { type ScriptContent } from '../domain/script.events.js';
import { callIdOf } from './call-desk.js';
import { type CallRef } from './live-calls.js';

const clock = fixedClock(MONDAY);
const houses: Partial<Record<ScriptContent['agent']['kind'], CallingHouse>> = {};
const AGENTS = {
  websocket: { kind: 'websocket', url: 'wss://agent.example.com/calls' },
  webhook: { kind: 'webhook', url: 'https://agent.example.com/calls?team=7' },
  script: { kind: 'script', url: null },
} as const;

beforeAll(async () => {
  for (const agent of Object.values(AGENTS)) {
    const house = await CallingHouse.open(clock);
    await house.setUp({}, { agent });
    houses[agent.kind] = house;
  }
});
afterAll(() => Promise.all(Object.values(houses).map((house) => house.close())));

/** A call that was answered. */
async function answered(
  kind: ScriptContent['agent']['kind'],
  answeredBy: 'human' | null = 'human',
) {
  const house = houses[kind]!;
  const leadId = await house.receive();
  const ref: CallRef = { leadId, callId: callIdOf(leadId, 1) };
  const record = { ...startCall().record, scriptId: house.scriptId };
  const command = startCall({
    callId: ref.callId,
    record,
    at: MONDAY,
    until: '2026-12-24T00:00:00Z',
  });
  const decided = historyOf(await house.history(leadId), command);
  await house.append(leadId, ...decided.slice(-1));
  const opening = await house.voice.consumers.answered(ref, aReport({ answeredBy }));
  return { house, ref, opening };
}

/** One that was told the disclosures, and did not object. */
async function disclosed(
  kind: ScriptContent['agent']['kind'],
  answeredBy: 'human' | null = 'human',
) {
  const { house, ref, opening } = await answered(kind, answeredBy);
  const steps = await house.voice.consumers.disclosed(ref, 1, aReport());
  return { house, ref, opening, steps, ...handedOver(steps) };
}

/** What the agent was given. */
function handedOver(steps: readonly VoiceStep[]): { given: Record<string, string>; token: string } {
  const stream = steps.find((step) => 'stream' in step);
  const redirect = steps.find((step) => 'redirect' in step);
  const given =
    stream?.stream.parameters ??
    Object.fromEntries(new URL(redirect?.redirect ?? 'x:').searchParams);
  return { given, token: given['token'] ?? '' };
}

const answers = { interested: 'yes', insured: 'no' };

describe('an agent', () => {
  it('on a stream is given the call after the disclosures, and the call goes on after it', async () => {
    const { ref, steps, given, house } = await disclosed('websocket');
    expect(steps).toHaveLength(2);
    expect(steps.at(-2)).toMatchObject({ stream: { url: AGENTS.websocket.url } });
    expect(steps.at(-1)).toEqual({ redirect: house.urls.next(ref.leadId, ref.callId) });
    expect(given).toEqual({
      ...{ lead_id: ref.leadId, call_id: ref.callId, token: expect.any(String) },
      outcome_url: house.urls.outcome(ref.leadId, ref.callId),
    });
    expect(await house.lastOf(ref.leadId, 'PrequalificationStarted')).toMatchObject({
      agent: 'websocket',
    });
  });

  it('is given nobody who opts out while the disclosures are said', async () => {
    for (const heard of [{ digits: '9' }, { speech: 'stop calling' }]) {
      const { house, ref, opening } = await answered('websocket');
      const actionUrl = house.urls.disclosed(ref.leadId, ref.callId, 1);
      expect(opening).toMatchObject([{ gather: { actionUrl, opening: { length: 4 } } }]);
      const steps = await house.voice.consumers.disclosed(ref, 1, aReport(heard));
      expect(steps.at(-1)).toEqual({ hangUp: true });
      expect(await house.typesOf(ref.leadId)).toContain('ConsumerOptedOut');
    }
  });

  it('speaks after disclosures that were cut short were said once more', async () => {
    const { house, ref } = await answered('websocket');
    const hello = aReport({ speech: 'hello?' });
    const again = await house.voice.consumers.disclosed(ref, 1, hello);
    const actionUrl = house.urls.disclosed(ref.leadId, ref.callId, 2);
    expect(again).toMatchObject([{ gather: { actionUrl, opening: { length: 4 } } }]);
    const steps = await house.voice.consumers.disclosed(ref, 2, hello);
    expect(steps.at(0)).toMatchObject({ stream: { url: AGENTS.websocket.url } });
  });

  it('behind a webhook is given the same as a query, beside its own', async () => {
    const { steps, given, ref } = await disclosed('webhook');
    const last = steps.at(-1);
    expect(last).toMatchObject({ redirect: expect.stringMatching(/^https:\/\/agent\.example/) });
    expect(given).toMatchObject({ team: '7', lead_id: ref.leadId, call_id: ref.callId });
  });

  it('qualifies: the consumer then waits for a destination', async () => {
    const { house, ref, token } = await disclosed('webhook');
    const report = { token, result: 'qualified', answers };
    const { continueUrl } = await house.voice.agents.outcome(ref, report);
    expect(continueUrl).toBe(house.urls.next(ref.leadId, ref.callId));
    expect(await house.lastOf(ref.leadId, 'LeadQualified')).toMatchObject({ answers });
    expect((await house.voice.consumers.next(ref, aReport())).at(-1)).toMatchObject({ wait: {} });
  });

  it('is heard once: another report is answered the same and changes nothing', async () => {
    const { house, ref, token } = await disclosed('websocket');
    const first = await house.voice.agents.outcome(ref, { token, result: 'qualified' });
    const second = { token, result: 'disqualified', reason: 'not_interested' };
    expect(await house.voice.agents.outcome(ref, second)).toEqual(first);
    expect(await house.typesOf(ref.leadId)).not.toContain('LeadDisqualified');
  });

  it.each([
    [{ result: 'disqualified', reason: 'too_young' }, 'LeadDisqualified', { reason: 'too_young' }],
    [
      { result: 'callback', callback_at: '2026-12-01T12:00:00-06:00' },
      'CallbackRequested',
      { callbackAt: '2026-12-01T18:00:00.000Z' },
    ],
    [{ result: 'no_input' }, 'PrequalificationAbandoned', { reason: 'no_input' }],
    [{ result: 'failed' }, 'PrequalificationAbandoned', { reason: 'agent_failed' }],
  ] as const)('may report %j', async (report, type, data) => {
    const { house, ref, token } = await disclosed('webhook');
    await house.voice.agents.outcome(ref, { token, ...report });
    expect(await house.lastOf(ref.leadId, type)).toMatchObject(data);
    expect((await house.voice.consumers.next(ref, aReport())).at(-1)).toEqual({ hangUp: true });
  });

  it('tells of an opt-out without a word of it being kept in clear', async () => {
    const { house, ref, token } = await disclosed('webhook');
    const words = 'stop calling, my husband is ill';
    await house.voice.agents.outcome(ref, { token, result: 'opt_out', words });
    expect(await house.lastOf(ref.leadId, 'ConsumerOptedOut')).toMatchObject({
      ...{ words: 'stop calling', personal: expect.stringMatching(/^v1\./) },
    });
    expect(await house.textOf(ref.leadId)).not.toContain('husband');
  });

  it('tells of an opt-out though the call is over, or went on as if the agent had failed', async () => {
    const isOver = aReport({ status: 'completed', durationSeconds: 9 });
    for (const before of ['the end', 'the next step', 'both']) {
      const { house, ref, token } = await disclosed('webhook');
      if (before !== 'the end') await house.voice.consumers.next(ref, aReport());
      if (before !== 'the next step') await house.voice.consumers.reported(ref, isOver);
      const report = { token, result: 'opt_out', words: 'stop calling me' };
      const taken = await house.voice.agents.outcome(ref, report);
      expect(taken).toEqual({ continueUrl: house.urls.next(ref.leadId, ref.callId) });
      expect(await house.voice.agents.outcome(ref, report)).toEqual(taken);
      const types = await house.typesOf(ref.leadId);
      expect(types.filter((type) => type === 'ConsumerOptedOut')).toHaveLength(1);
      expect(await house.lastOf(ref.leadId, 'ConsumerOptedOut')).toMatchObject({
        ...{ words: 'stop calling', personal: expect.stringMatching(/^v1\./) },
      });
    }
  });

  it('concludes nothing with a machine, except that it wants no more calls', async () => {
    const machine = { providerCallId: 'CA1', answeredBy: 'machine' } as const;
    for (const result of ['qualified', 'no_input', 'failed']) {
      const { house, ref, token } = await disclosed('webhook', null);
      await house.voice.consumers.recognised(ref, machine);
      const before = await house.typesOf(ref.leadId);
      await house.voice.agents.outcome(ref, { token, result });
      expect(await house.voice.consumers.next(ref, aReport())).toEqual([{ hangUp: true }]);
      expect(await house.typesOf(ref.leadId)).toEqual(before);
    }
    const { house, ref, token } = await disclosed('webhook', null);
    await house.voice.consumers.recognised(ref, machine);
    await house.voice.agents.outcome(ref, { token, result: 'opt_out', words: 'remove me' });
    expect(await house.typesOf(ref.leadId)).toContain('ConsumerOptedOut');
  });

  it('is given no machine, and none hears the disclosures again', async () => {
    for (const heard of [{}, { speech: 'hello' }, { speech: 'to cancel, press star' }]) {
      const { house, ref } = await answered('websocket', null);
      await house.voice.consumers.recognised(ref, {
        ...{ providerCallId: 'CA1', answeredBy: 'machine' },
      });
      const steps = await house.voice.consumers.disclosed(ref, 1, aReport(heard));
      expect(steps).toEqual([{ hangUp: true }]);
      const again = aReport({ answeredBy: null });
      expect(await house.voice.consumers.answered(ref, again)).toEqual([{ hangUp: true }]);
      expect(await house.typesOf(ref.leadId)).not.toContain('ConsumerOptedOut');
    }
  });

  it('that is through without having said anything has failed', async () => {
    const { house, ref } = await disclosed('websocket');
    const steps = await house.voice.consumers.next(ref, aReport());
    expect(steps.at(-1)).toEqual({ hangUp: true });
    expect(await house.lastOf(ref.leadId, 'PrequalificationAbandoned')).toMatchObject({
      reason: 'agent_failed',
    });
  });
});

describe('a report is refused', () => {
  it.each<[string, object, string]>([
    ['result', {}, 'result required'],
    ['result', { result: 'sold' }, 'result not_allowed'],
    ['reason', { result: 'disqualified' }, 'reason required'],
    ['reason', { result: 'disqualified', reason: 'She is 17.' }, 'reason wrong_format'],
    ['time', { result: 'callback' }, 'callback_at required'],
    ['time', { result: 'callback', callback_at: 'later' }, 'callback_at wrong_format'],
    [
      'time',
      { result: 'callback', callback_at: '2026-11-29T00:00:00Z' },
      'callback_at out_of_range',
    ],
    [
      'answer',
      { result: 'qualified', answers: { interested: 'maybe' } },
      'answers.interested not_allowed',
    ],
    ['question', { result: 'qualified', answers: { age: '50' } }, 'answers.age unknown_question'],
    ['field', { result: 'qualified', mood: 'good' }, 'mood unknown_field'],
  ])('for a %s that cannot be: %j', async (_, report, fault) => {
    const { house, ref, token } = await disclosed('webhook');
    const [field, code] = fault.split(' ');
    await expect(house.voice.agents.outcome(ref, { token, ...report })).rejects.toMatchObject({
      ...{ code: 'validation_failed', details: [{ field, code }] },
    });
    expect(await house.typesOf(ref.leadId)).not.toContain('LeadQualified');
  });

  it('without the token of this very call', async () => {
    const { house, ref, token } = await disclosed('webhook');
    const other = await disclosed('webhook');
    for (const wrong of [undefined, 7, '', `${token}x`, token.slice(1), other.token]) {
      const report = { token: wrong, result: 'qualified' };
      await expect(house.voice.agents.outcome(ref, report)).rejects.toMatchObject({
        code: 'agent_token_invalid',
      });
    }
    expect(await house.typesOf(ref.leadId)).not.toContain('LeadQualified');
  });

  it('of a call that is over', async () => {
    const { house, ref, token } = await disclosed('webhook');
    await house.voice.consumers.reported(ref, aReport({ status: 'completed', durationSeconds: 9 }));
    await expect(
      house.voice.agents.outcome(ref, { token, result: 'qualified' }),
    ).rejects.toMatchObject({ code: 'call_not_with_agent' });
  });
});
