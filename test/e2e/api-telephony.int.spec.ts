import {
  CallDesk,
  callIdOf,
  DESTINATION_DEFAULTS,
  readDialingSettings,
  transferIdOf,
} from '#libs/calls';
import { type TenantId } from '#libs/kernel';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  firstLead,
  freshPhone,
  type RunningApi,
  type Servers,
  startApi,
  startServers,
} from './api.harness.js';
import { arrive, type Fields, report, scriptBody, signatureOf } from './webhooks.harness.js';

const PUBLIC = 'https://leads.example.com:8443';
const TOKEN = 'a token nobody guesses';
/** A Monday, 11:00 in Texas. */
const MONDAY = '2026-11-30T17:00:00.000Z';
const DEMO = 'demo' as TenantId;

/** A provider that knows of every call that it goes on. */
const provider: Server = createServer((asked, answer) => {
  const [, sid = ''] = /\/Calls\/(\w+)\.json/.exec(asked.url ?? '') ?? [];
  answer.setHeader('content-type', 'application/json');
  answer.end(JSON.stringify({ sid, status: 'in-progress', to: '+1', from: '+1' }));
});
let servers: Servers;
let api: RunningApi;
let desk: CallDesk;
let key: string;

beforeAll(async () => {
  servers = await startServers();
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  api = await startApi(servers, {
    TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: TOKEN,
    TELEPHONY_URL: `http://127.0.0.1:${(provider.address() as AddressInfo).port}`,
    PUBLIC_BASE_URL: PUBLIC,
  });
  desk = new CallDesk(api.parts.runner);
  key = await api.createKey(DEMO, { rateLimitPerMinute: 10_000 });
});
afterAll(async () => {
  await api.close();
  await servers.close();
  provider.closeAllConnections();
  provider.close();
});

/** A request of the provider, signed as it signs. */
const told = (path: string, fields: Fields = {}) =>
  arrive(api.url, path, report(fields), {
    'x-twilio-signature': signed(PUBLIC + path, report(fields)),
    host: 'inner-proxy:8080',
    'x-forwarded-host': 'somebody-else.example',
    'x-forwarded-proto': 'http',
  });
const signed = (url: string, fields: Fields) => signatureOf(url, fields, TOKEN);

/** A call that was decided and placed; resolves with where the provider asks about it. */
async function aCall(script: object = scriptBody()) {
  const made = await api.post('/v1/scripts', script, { key });
  const scriptId = (made.body as unknown as { script_id: string }).script_id;
  const lead = { ...firstLead, phone: freshPhone() };
  const { lead_id: leadId } = (await api.post('/v1/leads', lead, { key })).body;
  const callId = callIdOf(leadId, 1);
  const parties = { telemarketer: 'Acme', seller: 'Acme', offering: 'insurance' };
  const numbers = { calling_numbers: ['+15125550190'], script_id: scriptId };
  const settings = readDialingSettings({ ...parties, ...numbers });
  await desk.run(
    DEMO,
    leadId,
    {
      ...{ type: 'StartCall', callId, settings, settingsVersion: 1, earlierAttempts: [] },
      places: { state: 'TX', zip: null, areaCode: '512', countries: ['US'], isUnread: false },
      facts: {},
      destinations: [{ paused: false, settings: { schedule: DESTINATION_DEFAULTS.schedule } }],
      machineDetection: 'async',
      ...{ suppressionEntryId: null, suppressionScope: null, isSuppressedForAllSellers: false },
      dnc: { outcome: 'not_checked', lists: [], checkedAt: null, listVersion: null },
      dncRules: null,
      record: {
        ...{ ...parties, calledParty: 'consumer', direction: 'outbound', prerecorded: true },
        ...{ callingNumber: '+15125550190', callerIdName: null, callerIdAuthorisation: null },
        ...{ calledNumberHash: 'hash', scriptId, scriptVersion: 1 },
      },
      ...{ until: '2026-12-24T00:00:00.000Z', at: MONDAY },
    },
    context(),
  );
  return { leadId, callId, path: `/v1/telephony/leads/${leadId}/calls/${callId}` };
}

function context() {
  const actor = { kind: 'system', id: 'test' } as const;
  return { commandId: randomUUID(), actor, causationId: 'test' };
}

const typesOf = async (leadId: string) =>
  (await api.parts.runner.history(`lead-${leadId}`)).map(({ type }) => type);
const codeOf = ({ text }: { text: string }) =>
  (JSON.parse(text) as { error: { code: string } }).error.code;

describe('a webhook of the telephony provider', () => {
  it('is accepted behind any proxy, if it is signed for the public address', async () => {
    const { leadId, path } = await aCall();
    const answer = await told(`${path}/answer`, { AnsweredBy: 'human' });
    expect(answer).toMatchObject({ status: 200, type: expect.stringContaining('text/xml') });
    expect(answer.text).toContain('A machine speaks.');
    expect(answer.text).toContain(`${PUBLIC}${path}/questions/interested/1`);
    expect(await typesOf(leadId)).toContain('PrequalificationStarted');
  });

  it.each<[string, (path: string) => Record<string, string>]>([
    ['no signature', () => ({})],
    ['an empty signature', () => ({ 'x-twilio-signature': '' })],
    ['a wrong signature', () => ({ 'x-twilio-signature': 'bm9ib2R5' })],
    [
      'the signature of another account',
      (path) => ({ 'x-twilio-signature': signatureOf(PUBLIC + path, report(), 'another token') }),
    ],
    [
      'a signature for another address',
      (path) => ({ 'x-twilio-signature': signed(api.url + path, report()) }),
    ],
    [
      'a signature of other fields',
      (path) => ({
        'x-twilio-signature': signed(PUBLIC + path, report({ CallStatus: 'completed' })),
      }),
    ],
    [
      'a signature for another call',
      () => ({ 'x-twilio-signature': signed(`${PUBLIC}/v1/telephony/leads/x`, report()) }),
    ],
  ])('is refused with %s, and nothing changes', async (_, headersFor) => {
    const { leadId, path } = await aCall();
    const before = await typesOf(leadId);
    for (const what of ['answer', 'status', 'next', 'questions/interested/1']) {
      const answer = await arrive(
        api.url,
        `${path}/${what}`,
        report(),
        headersFor(`${path}/${what}`),
      );
      expect(answer.status).toBe(403);
      expect(codeOf(answer)).toBe('telephony_signature_invalid');
    }
    expect(await typesOf(leadId)).toEqual(before);
  });

  it('is refused in words where it cannot be read', async () => {
    const { leadId, path } = await aCall();
    const before = await typesOf(leadId);
    for (const odd of [{ CallStatus: 'levitating' }, { CallSid: '' }, { CallDuration: 'long' }]) {
      const answer = await told(`${path}/status`, odd);
      expect(answer.status).toBe(422);
      expect(codeOf(answer)).toBe('telephony_report_unreadable');
    }
    expect((await told(`${path}/questions/interested/often`)).status).toBe(400);
    expect(await typesOf(leadId)).toEqual(before);
  });

  it('about a lead nobody has is not found, and about another call hung up', async () => {
    const { leadId } = await aCall();
    const nobody = `/v1/telephony/leads/${randomUUID()}/calls/${randomUUID()}`;
    const answer = await told(`${nobody}/status`);
    expect([answer.status, codeOf(answer)]).toEqual([404, 'call_not_found']);
    const other = `/v1/telephony/leads/${leadId}/calls/${randomUUID()}`;
    const hungUp = await told(`${other}/answer`);
    expect(hungUp).toMatchObject({ status: 200, text: expect.stringContaining('<Hangup/>') });
    expect((await told(`${other}/status`, { CallStatus: 'completed' })).status).toBe(204);
    expect((await typesOf(leadId)).at(-1)).toBe('CallAttempted');
  });

  it('is not found where no provider is connected', async () => {
    const lonely = await startApi(servers);
    const answer = await lonely.post('/v1/telephony/leads/a/calls/b/next', {});
    expect([answer.status, answer.body.error.code]).toEqual([404, 'telephony_not_connected']);
    await lonely.close();
  });
});

it('leads a call from the ring to the bridge and to its end', async () => {
  const { leadId, callId, path } = await aCall();
  expect((await told(`${path}/status`, { CallStatus: 'ringing' })).status).toBe(204);
  await told(`${path}/answer`, { AnsweredBy: 'human' });
  const waits = await told(`${path}/questions/interested/1`, { Digits: '1' });
  expect(waits.text).toContain(`call-${callId}</Conference>`);
  const transferId = transferIdOf(callId, 1);
  const destinationId = await aDestination();
  await desk.run(
    DEMO,
    leadId,
    {
      ...{ type: 'RequestTransfer', callId, transferId, attempt: 1 },
      destination: {
        ...{ destinationId, destinationVersion: 1, destinationName: 'Buyer' },
        ...{ destinationAddress: '+12125550142', presentedCallerId: null },
        payout: {
          ...{ model: 'fixed', currency: 'USD', billableSeconds: 30, amountMinor: 4_250 },
          tiers: [],
        },
      },
      routing: { rulesVersion: 1, decidedAt: MONDAY, draw: 0.5, dncFinding: null, candidates: [] },
      at: new Date().toISOString(),
    },
    context(),
  );
  const leg = { CallSid: 'CA2' };
  const transfer = `${path}/transfers/${transferId}`;
  const whisper = await told(`${transfer}/answer`, { ...leg, AnsweredBy: 'human' });
  expect(whisper.text).toContain('Jane waits. Press 1 to accept.');
  const joins = await told(`${transfer}/connect`, { ...leg, Digits: '1' });
  expect(joins.text).toContain(`call-${callId}</Conference>`);
  expect(joins.text).toContain(`${path}/room`);
  const seen = { ...leg, StatusCallbackEvent: 'participant-join' };
  expect((await told(`${path}/room`, seen)).status).toBe(204);
  expect((await told(`${path}/released`)).text).toContain('<Hangup/>');
  const over = { CallStatus: 'completed', CallDuration: '95' };
  expect((await told(`${path}/status`, over)).status).toBe(204);
  expect((await told(`${transfer}/status`, { ...leg, ...over })).status).toBe(204);
  expect((await typesOf(leadId)).slice(1)).toEqual([
    ...['CallAttempted', 'CallPlaced', 'CallRang', 'CallAnswered', 'PrequalificationStarted'],
    ...['QuestionAnswered', 'LeadQualified', 'TransferRequested', 'DestinationDialed'],
    ...['DestinationAnswered', 'WhisperPlayed', 'CallBridged', 'CallEnded'],
  ]);
});

async function aDestination(): Promise<string> {
  const settings = { whisper: '{{first_name}} waits.', accept_key: '1' };
  const address = { value: '+12125550142' };
  const made = await api.post('/v1/destinations', { name: 'Buyer', address, ...settings }, { key });
  return made.body.id;
}

describe('an agent of the tenant’s own', () => {
  const script = scriptBody({ agent: { kind: 'webhook', url: 'https://agent.example.com/in' } });

  /** A call that was handed to it. */
  async function handedOver() {
    const call = await aCall(script);
    await told(`${call.path}/answer`, { AnsweredBy: 'human' });
    const { text } = await told(`${call.path}/disclosures/1`, {});
    const [, url = ''] = /<Redirect method="POST">([^<]*)<\/Redirect>/.exec(text) ?? [];
    const given = new URL(url.replaceAll('&amp;', '&')).searchParams;
    return { ...call, given, token: given.get('token') ?? '' };
  }

  it('is given the call, says what it came to, and is told where the call goes on', async () => {
    const { path, given, token, leadId } = await handedOver();
    expect(given.get('outcome_url')).toBe(`${PUBLIC}${path}/outcome`);
    const outcome = { token, result: 'qualified', answers: { interested: 'yes' } };
    const { status, body } = await api.post(`${path}/outcome`, outcome);
    expect([status, body]).toEqual([200, { continue_url: `${PUBLIC}${path}/next` }]);
    expect((await typesOf(leadId)).at(-1)).toBe('LeadQualified');
    expect((await told(`${path}/next`)).text).toContain('<Conference');
    expect(api.logged()).not.toContain(token);
  });

  it('is refused without the token of the call, and told what is wrong with its report', async () => {
    const { path, token, leadId } = await handedOver();
    for (const body of [{}, { token: 'x', result: 'qualified' }, 'nonsense']) {
      const { status } = await api.post(`${path}/outcome`, body);
      expect(status).toBe(body === 'nonsense' ? 400 : 403);
    }
    const wrong = await api.post(`${path}/outcome`, { token, result: 'sold', mood: 1 });
    expect(wrong.status).toBe(422);
    expect(wrong.body.error.details.map(({ field }) => field)).toEqual(['result', 'mood']);
    expect((await typesOf(leadId)).at(-1)).toBe('PrequalificationStarted');
  });

  it('has failed if the call goes on without a word of it', async () => {
    const { path, leadId, token } = await handedOver();
    expect((await told(`${path}/next`)).text).toContain('<Hangup/>');
    expect((await typesOf(leadId)).at(-1)).toBe('PrequalificationAbandoned');
    await told(`${path}/status`, { CallStatus: 'completed', CallDuration: '9' });
    const late = await api.post(`${path}/outcome`, { token, result: 'qualified' });
    expect([late.status, late.body.error.code]).toEqual([409, 'call_not_with_agent']);
  });
});
