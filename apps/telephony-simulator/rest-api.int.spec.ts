import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from './server.js';

const ACCOUNT = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'token' };
const CALLS = `/2010-04-01/Accounts/${ACCOUNT.accountSid}/Calls`;
const ORDER = { To: '+15125550102', From: '+15125550001', Url: 'http://127.0.0.1:9/answer' };
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ ...ACCOUNT, port: 0, speed: 1, seed: 7 });
});
afterAll(() => simulator.close());

async function ask(path: string, form?: Record<string, string>, token = ACCOUNT.authToken) {
  const basic = Buffer.from(`${ACCOUNT.accountSid}:${token}`).toString('base64');
  const response = await fetch(simulator.url + path, {
    headers: { authorization: `Basic ${basic}` },
    ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('the interface of the network', () => {
  it('takes a call on and shows it as Twilio does', async () => {
    const { status, body } = await ask(`${CALLS}.json`, ORDER);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...{ sid: expect.stringMatching(/^CA[0-9a-f]{32}$/), account_sid: ACCOUNT.accountSid },
      ...{ to: ORDER.To, from: ORDER.From, status: 'queued', direction: 'outbound-api' },
      ...{ start_time: null, end_time: null, duration: null, answered_by: null },
      date_created: expect.stringMatching(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/),
      uri: `${CALLS}/${body['sid'] as string}.json`,
    });
    expect((await ask(`${CALLS}/${body['sid'] as string}.json`)).body).toMatchObject({
      sid: body['sid'],
    });
  });

  it.each([
    [21_201, { To: '' }],
    [21_211, { To: 'my mother' }],
    [21_212, { From: '5125550001' }],
    [21_213, { From: '' }],
    [21_205, { Url: '' }],
    [21_205, { Url: 'answer' }],
  ])('refuses with %i an order with %j', async (code, changes) => {
    const { status, body } = await ask(`${CALLS}.json`, { ...ORDER, ...changes });
    expect([status, body['code'], body['status']]).toEqual([400, code, 400]);
    expect(body['more_info']).toBe(`https://www.twilio.com/docs/errors/${code}`);
  });

  it('lists calls by their numbers and by when they were dialed', async () => {
    const order = { ...ORDER, To: '+15125550160' };
    await ask(`${CALLS}.json`, order);
    const list = async (query: Record<string, string>) => {
      const { body } = await ask(`${CALLS}.json?${new URLSearchParams(query).toString()}`);
      return (body['calls'] as unknown[]).length;
    };
    expect(await list({ To: order.To })).toBe(1);
    expect(await list({ To: order.To, From: '+15125550002' })).toBe(0);
    expect(await list({ To: order.To, 'StartTime>': '2100-01-01' })).toBe(0);
    expect(await list({ PageSize: '1' })).toBe(1);
  });

  it('knows its account', async () => {
    expect(await ask(`${CALLS}.json`, undefined, 'other')).toMatchObject({
      ...{ status: 401, body: { code: 20_003 } },
    });
  });

  it.each([`${CALLS}/CA1.json`, '/2010-04-01/Accounts/AC1/Calls.json', '/', '/simulator/other'])(
    'does not know %s',
    async (path) => {
      expect((await ask(path)).status).toBe(404);
    },
  );

  it('refuses a form that is too large', async () => {
    const { status } = await ask(`${CALLS}.json`, { ...ORDER, Twiml: 'x'.repeat(100_000) });
    expect(status).toBe(413);
  });

  it('changes no call in a way it cannot be changed', async () => {
    const { body } = await ask(`${CALLS}.json`, ORDER);
    const call = `${CALLS}/${body['sid'] as string}.json`;
    const change = async (form: Record<string, string>) => (await ask(call, form)).body['code'];
    expect(await change({ Url: ORDER.Url })).toBe(21_220);
    expect(await change({ Status: 'busy' })).toBe(21_218);
    expect(await change({})).toBe(21_205);
    expect((await ask(call, { Status: 'canceled' })).status).toBe(200);
  });
});
