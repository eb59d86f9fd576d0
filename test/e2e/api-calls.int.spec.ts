import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DialingEvent } from '#events/calls';
import { type TenantId } from '#libs/kernel';
import {
  callAnswered,
  callAttempted,
  callBridged,
  callEnded,
  dialDeferred,
  leadQualified,
  prequalificationStarted,
  questionAnswered,
  transferFailed,
  transferRequested,
} from '#events/testing';
import { randomUUID } from 'node:crypto';
import {
  type Answer,
  firstLead,
  freshPhone,
  type RunningApi,
  type Servers,
  startApi,
  startServers,
  startWorker,
} from './api.harness.js';
import { StatedFacts } from './stated-facts.harness.js';

const tenantId = 'demo' as TenantId;

let servers: Servers;
let api: RunningApi;
let worker: ReturnType<typeof startWorker>;
let facts: StatedFacts;
let key: string;

beforeAll(async () => {
  servers = await startServers();
  api = await startApi(servers);
  worker = startWorker(servers);
  facts = new StatedFacts(api, servers, tenantId);
  key = await api.createKey('demo', { rateLimitPerMinute: 100_000 });
});
afterAll(async () => {
  await facts.close();
  await api.close();
  await worker.stop();
  await servers.close();
});

async function aLead(source = 'web'): Promise<string> {
  const consent = { ...firstLead.consent, consent_timestamp: new Date().toISOString() };
  const lead = { ...firstLead, source, phone: freshPhone(), consent };
  return (await api.post('/v1/leads', lead, { key })).body.lead_id;
}

const get = (path: string, by = key) => api.request(path, { key: by });
const calls = ({ body }: Answer) =>
  (body as unknown as { calls: readonly { call_id: string; lead_id: string }[] }).calls;

/** A lead that one destination could not take and another one did, as one call. */
async function aSoldCall() {
  const leadId = await aLead();
  const ids = { leadId, callId: randomUUID() };
  const [first, second] = [randomUUID(), randomUUID()] as const;
  const buyer = { transferId: second, destinationId: randomUUID() };
  const personal = await facts.sealed(leadId, { verbatim: 'yes I do' });
  await facts.state(`lead-${leadId}`, [
    ...[callAttempted(ids), callAnswered(ids), prequalificationStarted(ids)],
    ...[questionAnswered({ ...ids, given: 'speech', personal }), leadQualified(ids)],
    ...[transferRequested({ ...ids, transferId: first })],
    ...[transferFailed({ ...ids, transferId: first })],
    ...[transferRequested({ ...ids, ...buyer, attempt: 2, destinationName: 'Sunny' })],
  ]);
  const bridged = await facts.state(`lead-${leadId}`, [
    callBridged({ ...ids, ...buyer, partyName: 'Sunny' }),
  ]);
  const ended = await facts.state(`lead-${leadId}`, [
    callEnded({ ...ids, transferId: second, disposition: 'transferred', ...worth }),
  ]);
  return { ...ids, ...buyer, bridged, ended };
}

const worth = {
  ...{ talkSeconds: 150, connectedSeconds: 120 },
  estimate: { amountMinor: 3_000, currency: 'USD', billable: true, rule: 'fixed' },
};

describe('a call', () => {
  it('is read with what its record must show, its transfers and everything that happened', async () => {
    const sold = await aSoldCall();
    const { status, body } = await get(`/v1/calls/${sold.callId}?waitFor=${sold.ended}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ call_id: sold.callId, lead_id: sold.leadId, mode: 'live', attempt: 1, status: 'ended' },
      ...{ disposition: 'transferred', talk_seconds: 150, connected_seconds: 120 },
      ...{ transfer_attempts: 2, transfer_id: sold.transferId, destination_name: 'Sunny' },
      ...{ transfer_number: '+15125550200' },
      estimate: { amount_minor: 3_000, currency: 'USD', billable: true },
      record: { telemarketer: 'Acme Calls', seller: 'Acme Solar', direction: 'outbound' },
      transfers: [
        { status: 'failed', failure: 'busy' },
        { status: 'ended', connected_seconds: 120, estimate: { amount_minor: 3_000 } },
      ],
    });
    const { events } = body;
    expect(events.map(({ type }) => type)).toEqual([
      ...['CallAttempted', 'CallAnswered', 'PrequalificationStarted', 'QuestionAnswered'],
      ...['LeadQualified', 'TransferRequested', 'TransferFailed', 'TransferRequested'],
      ...['CallBridged', 'CallEnded'],
    ]);
    expect(events[3]).toMatchObject({ personal: { verbatim: 'yes I do' } });
    expect(events[4]).toMatchObject({ personal: null });
  });

  it('is not found by others, nor under a nonsense id', async () => {
    const { callId, ended } = await aSoldCall();
    const others = await api.createKey('other');
    const tests = await api.createKey('demo', { mode: 'test' });
    for (const [id, by] of [
      [callId, others],
      [callId, tests],
      [randomUUID(), key],
      ['nonsense', key],
    ] as const) {
      const { status, body } = await get(`/v1/calls/${id}?waitFor=${ended}`, by);
      expect([status, body.error.code]).toEqual([404, 'call_not_found']);
    }
    expect(calls(await get(`/v1/calls?waitFor=${ended}`, others))).toEqual([]);
  });
});

describe('the list of calls', () => {
  it('comes newest first, page by page, and can be narrowed down', async () => {
    const leadId = await aLead();
    const ids: string[] = [1, 2, 3].map(() => randomUUID());
    let position = '';
    for (const [index, callId] of ids.entries()) {
      const attemptedAt = `2026-01-07T16:00:0${index}.000Z`;
      const attempted = callAttempted({ leadId, callId, attempt: index + 1, attemptedAt });
      const ended = index === 2 ? [] : [callEnded({ leadId, callId, disposition: 'busy' })];
      position = await facts.state(`lead-${leadId}`, [attempted, ...ended]);
    }
    const list = async (query: string) =>
      calls(await get(`/v1/calls?lead_id=${leadId}&waitFor=${position}${query}`)).map(
        ({ call_id }) => ids.indexOf(call_id),
      );
    expect(await list('')).toEqual([2, 1, 0]);
    expect(await list('&status=open')).toEqual([2]);
    expect(await list('&disposition=busy&from=2026-01-07T16:00:01Z')).toEqual([1]);
    expect(await list('&to=2026-01-07T16:00:01Z')).toEqual([0]);
    expect(await list('&destination_id=none')).toEqual([]);
    const { body } = await get(`/v1/calls?lead_id=${leadId}&limit=2`);
    expect(body).toMatchObject({ has_more: true, as_of: { position: expect.any(String) } });
    const rest = await get(`/v1/calls?lead_id=${leadId}&cursor=${body.next_cursor!}`);
    expect(calls(rest)).toMatchObject([{ call_id: ids[0] }]);
  });

  it('is behind every line of the report on calls', async () => {
    const { callId, ended } = await aSoldCall();
    const period = 'from=2026-01-06&to=2026-01-07&tz=America/New_York';
    const { body } = await get(`/v1/reports/calling?${period}&waitFor=${ended}`);
    const { lines, totals } = body as unknown as {
      lines: readonly { calls: number; calls_url: string }[];
      totals: { calls: number };
    };
    expect(lines).toMatchObject([{ day: '2026-01-06', abandoned: 0 }]);
    const found = calls(await get(`${lines[0]!.calls_url}&limit=200`));
    expect(found.map(({ call_id }) => call_id)).toContain(callId);
    expect([found.length, totals.calls]).toEqual([lines[0]!.calls, lines[0]!.calls]);
    expect(body).toMatchObject({ abandonment: { rate: 0, rate_max: 0.03 } });
    expect((await get('/v1/reports/calling?tz=Mars')).status).toBe(422);
  });

  it('refuses what cannot be a question', async () => {
    for (const query of ['disposition=maybe', 'status=x', 'from=yesterday', 'limit=0']) {
      const { status, body } = await get(`/v1/calls?${query}`);
      expect([query, status, body.error.code]).toEqual([query, 422, 'validation_failed']);
    }
    const { body } = await get('/v1/calls?cursor=nonsense');
    expect(body.error.code).toBe('invalid_cursor');
  });
});

describe('the dial queue', () => {
  it('shows who is next, by the priority of sources, and what holds the others up', async () => {
    const owner = await api.createKey('queued', { rateLimitPerMinute: 100_000 });
    expect((await get('/v1/queue', owner)).body).toMatchObject({ leads: [] });
    const leads = new Map<string, string>();
    for (const source of ['web', 'radio', 'calling', 'night']) {
      leads.set(source, await aLead(source));
    }
    await facts.state(`lead-${leads.get('calling')!}`, [
      callAttempted({ leadId: leads.get('calling')!, callId: randomUUID() }),
    ]);
    await facts.state(`dialing-${tenantId}`, [configured({ web: 5 })]);
    const nextAllowedAt = new Date(Date.now() + 3_600_000).toISOString();
    const position = await facts.state(`lead-${leads.get('night')!}`, [
      dialDeferred({ leadId: leads.get('night')!, nextAllowedAt }),
    ]);
    const { body } = await get(`/v1/queue?waitFor=${position}`);
    const queue = body as unknown as { leads: readonly { lead_id: string; source: string }[] };
    const ours = queue.leads.filter(({ lead_id }) => [...leads.values()].includes(lead_id));
    expect(ours).toMatchObject([
      { source: 'web', state: 'due', obstacles: [], attempts: 0 },
      { source: 'radio', state: 'due' },
      { source: 'night', state: 'blocked', obstacles: ['outside_calling_hours'] },
    ]);
    expect(ours[2]).toMatchObject({ due_at: nextAllowedAt });
    expect(body).toMatchObject({ totals: { waiting: 3, blocked: 1, held: 0 }, has_more: false });
  });

  it('comes page by page, and filtered', async () => {
    const sources = async (query: string) => {
      const { body } = await get(`/v1/queue?${query}`);
      const { leads, next_cursor } = body as unknown as {
        leads: readonly { source: string }[];
        next_cursor: string | null;
      };
      return { found: leads.map(({ source }) => source), next_cursor };
    };
    const first = await sources('limit=2');
    const rest = await sources(`limit=2&cursor=${first.next_cursor}`);
    expect([first.found, rest]).toEqual([
      ['web', 'radio'],
      { found: ['night'], next_cursor: null },
    ]);
    expect((await sources('obstacle=outside_calling_hours')).found).toEqual(['night']);
    expect((await sources('obstacle=spacing')).found).toEqual([]);
    expect((await sources('source=radio')).found).toEqual(['radio']);
    for (const query of ['obstacle=weather', 'lead_id=', 'limit=0']) {
      expect((await get(`/v1/queue?${query}`)).status).toBe(422);
    }
    expect((await get('/v1/queue?cursor=nonsense')).body.error.code).toBe('invalid_cursor');
  });
});

/** How a tenant dials, sources apart. */
function configured(sourcePriorities: Record<string, number>): DialingEvent {
  const after = {
    ...{ telemarketer: 'Acme Calls', seller: 'Acme Solar', offering: 'solar panels' },
    ...{ callingNumbers: ['+15125550100'], callerIdName: null, callerIdAuthorisation: null },
    ...{ scriptId: randomUUID(), concurrentCallsMax: 1, attemptsMax: 6, attempts24HoursMax: 3 },
    ...{
      spacingMinutes: 30,
      cadence: [],
      ringSeconds: 25,
      machineDetection: 'async' as const,
      transferAttemptsMax: 3,
    },
    sourcePriorities,
  };
  const configuredAt = new Date().toISOString();
  return { type: 'DialingConfigured', data: { before: null, after, reason: null, configuredAt } };
}

describe('a lead that was called', () => {
  it('says where it stands, how often it was called, and what it was then', async () => {
    const { leadId, bridged, ended } = await aSoldCall();
    const { body } = await get(`/v1/leads/${leadId}`);
    expect(body).toMatchObject({ status: 'completed', calls: 1 });
    const then = await get(`/v1/leads/${leadId}?asOf=position:${bridged}`);
    expect(then.body).toMatchObject({ status: 'transferred' });
    expect((await get(`/v1/leads/${leadId}?asOf=0`)).body).toMatchObject({
      ...{ status: 'new', calls: 0, last_call_at: null },
    });
    const listed = await get(`/v1/leads?status=completed&waitFor=${ended}`);
    expect(listed.body.leads.map(({ lead_id }) => lead_id)).toContain(leadId);
    const past = await get(`/v1/leads?status=transferred&asOf=${bridged}`);
    expect(past.body.leads).toMatchObject([{ lead_id: leadId, calls: 1 }]);
  });

  it('shows in its history what was said, to those who may see it', async () => {
    const { leadId } = await aSoldCall();
    const { body } = await get(`/v1/leads/${leadId}/history`);
    const answered = body.events.find(({ type }) => type === 'QuestionAnswered');
    expect(answered).toMatchObject({ personal: { verbatim: 'yes I do' } });
    expect(answered?.data).not.toHaveProperty('personal');
    expect(body.events.at(-1)).toMatchObject({ type: 'CallEnded', personal: null });
  });

  it('takes a submission again as a duplicate of what has become of it', async () => {
    const phone = freshPhone();
    const consent = { ...firstLead.consent, consent_timestamp: new Date().toISOString() };
    const submission = { ...firstLead, consent, phone };
    const { body } = await api.post('/v1/leads', submission, { key });
    const ids = { leadId: body.lead_id, callId: randomUUID() };
    await facts.state(`lead-${body.lead_id}`, [callAttempted(ids), callEnded(ids)]);
    const again = await api.post('/v1/leads', submission, { key });
    expect(again).toMatchObject({ status: 200, body: { outcome: 'duplicate', status: 'queued' } });
  });
});
