import { type MachineDetection, TwilioTelephony, type VoiceStep } from '#libs/telephony';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Application, startApplication } from './application.fixtures.js';
import { GREETINGS, machineSaying } from './people/person.js';
import { QUALIFIED, type Simulator, startSimulator } from './server.js';

const ACCOUNT = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'token' };
const FROM = '+15125550001';
const PRESSES_HASH = '+12125557001';
const SAYS_YES = '+12125557002';
let application: Application;
let simulator: Simulator;
let telephony: TwilioTelephony;

beforeAll(async () => {
  application = await startApplication(ACCOUNT.authToken);
  const people = {
    [PRESSES_HASH]: { ...QUALIFIED, replies: [{ digits: '#' }] },
    [SAYS_YES]: machineSaying(GREETINGS[1]),
  };
  simulator = await startSimulator({ ...ACCOUNT, port: 0, speed: 500, seed: 7, people });
  telephony = new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: simulator.url });
});
afterAll(async () => {
  await simulator.close();
  await application.close();
});
beforeEach(() => {
  application.requests.length = 0;
  application.instruct(({ path }) =>
    path === '/answer' ? question('/first') : [{ hangUp: true }],
  );
});

function question(path: string, opening: readonly string[] = []): VoiceStep[] {
  const asked = { prompt: 'Do you own your home?', language: 'en-US', hints: ['yes'], digits: 1 };
  const actionUrl = application.url + path;
  return [{ gather: { opening, ...asked, actionUrl, speech: true, timeoutSeconds: 5 } }];
}

async function call(
  to: string,
  changes: { ringSeconds?: number; machines?: MachineDetection; sendDigits?: string } = {},
) {
  const { providerCallId } = await telephony.placeCall({
    ...{ to, from: FROM, answerUrl: `${application.url}/answer` },
    ...{ statusUrl: `${application.url}/status`, ringSeconds: 25, machines: { detection: 'wait' } },
    ...{ sendDigits: null, ...changes },
  });
  await simulator.idle();
  return { providerCallId, statuses: application.statusesOf(providerCallId) };
}

const requestTo = (path: string) => application.requests.find((request) => request.path === path);
const ANSWERED = ['initiated', 'ringing', 'in_progress', 'completed'];

describe('a call to a consumer', () => {
  it('who qualifies is answered by a person who presses 1, question after question', async () => {
    application.instruct(({ path }) => {
      if (path === '/answer') return question('/first');
      return path === '/first' ? question('/second') : [{ hangUp: true }];
    });
    const { statuses } = await call('+15125550100');
    expect(statuses).toEqual(ANSWERED);
    expect(requestTo('/answer')?.report.answeredBy).toBe('human');
    expect(requestTo('/first')?.report.digits).toBe('1');
    expect(requestTo('/second')?.report.digits).toBe('1');
  });

  it('that a machine answers is told as such, and only if it was asked', async () => {
    const { statuses } = await call('+15125550101');
    expect(statuses).toEqual(ANSWERED);
    expect(requestTo('/answer')?.report.answeredBy).toBe('machine');
    expect(requestTo('/first')?.report).toMatchObject({ digits: null, speech: GREETINGS[0] });
    application.requests.length = 0;
    await call('+15125550101', { machines: { detection: 'off' } });
    expect(requestTo('/answer')?.report.answeredBy).toBeNull();
  });

  it('that a machine answers is not told as such where keys are sent', async () => {
    for (const detection of ['wait', 'async'] as const) {
      application.requests.length = 0;
      const resultUrl = `${application.url}/answerer`;
      const machines: MachineDetection =
        detection === 'wait' ? { detection } : { detection, resultUrl };
      const { providerCallId } = await call('+15125550101', { machines, sendDigits: 'ww12' });
      expect(requestTo('/answer')?.report.answeredBy).toBeNull();
      expect(requestTo('/answerer')).toBeUndefined();
      expect(await telephony.lookUpCall(providerCallId)).toMatchObject({ answeredBy: null });
    }
  });

  it('that a machine answers hears its greeting once, and then nothing', async () => {
    application.instruct(({ path }) => {
      if (path === '/answer') return question('/first', ['Hello, this is Example Insurance.']);
      return path === '/first' ? question('/second') : [{ hangUp: true }];
    });
    await call(SAYS_YES, { machines: { detection: 'off' } });
    expect(requestTo('/first')?.report).toMatchObject({ digits: null, speech: GREETINGS[1] });
    expect(requestTo('/second')?.report).toMatchObject({ digits: null, speech: null });
  });

  it('is answered at once where machines are told apart meanwhile', async () => {
    const resultUrl = `${application.url}/answerer`;
    await call('+15125550101', { machines: { detection: 'async', resultUrl } });
    // It was sent before anybody knew; which of two requests is heard first is the network’s.
    expect(requestTo('/answer')?.report.answeredBy).toBeNull();
    const result = requestTo('/answerer');
    expect(result).toMatchObject({ signed: true, report: { answeredBy: 'machine' } });
    expect(result?.params['MachineDetectionDuration']).toMatch(/^\d+$/);
  });

  it('who does not answer rings for as long as was asked', async () => {
    const { providerCallId, statuses } = await call('+15125550102', { ringSeconds: 40 });
    expect(statuses).toEqual(['initiated', 'ringing', 'no_answer']);
    const [, rang, ended] = application.requests.map(({ report }) => Date.parse(report.at ?? ''));
    expect((ended! - rang!) / 1_000).toBeGreaterThanOrEqual(39);
    expect(await telephony.lookUpCall(providerCallId)).toMatchObject({
      ...{ status: 'no_answer', durationSeconds: 0, answeredBy: null, to: '+15125550102' },
    });
  });

  it('who is on the phone is busy', async () => {
    expect((await call('+15125550103')).statuses).toEqual(['initiated', 'busy']);
  });

  it('who wants no calls says so', async () => {
    await call('+15125550104');
    const { report } = requestTo('/first')!;
    expect(report).toMatchObject({ speech: 'stop calling', digits: null });
    expect(report.confidence).toBeGreaterThan(0.7);
  });

  it('who does not qualify presses 2', async () => {
    await call('+15125550105');
    expect(requestTo('/first')?.report.digits).toBe('2');
  });

  it('who cuts in is heard during a question, and by nobody during anything else', async () => {
    const long = 'This is a text that takes a while to be said. '.repeat(20);
    const opening = Array.from({ length: 30 }, () => long);
    application.instruct(({ path }) =>
      path === '/answer' ? question('/first', opening) : [{ hangUp: true }],
    );
    const { providerCallId } = await call('+15125550107');
    expect(requestTo('/first')?.report.digits).toBe('9');
    const known = await telephony.lookUpCall(providerCallId);
    expect(known?.durationSeconds).toBeLessThan((opening.length * long.length) / 15);
    application.instruct(() => [{ say: long, language: 'en-US' }, { hangUp: true }]);
    await call('+15125550107');
    const [view] = simulator.calls();
    expect(view?.log.map(({ what }) => what)).toContain('a reply was given while nobody listened');
  });

  it('who speaks and hangs up is heard, and nobody follows what comes next', async () => {
    application.instruct(({ path }) => question(path === '/answer' ? '/first' : '/second'));
    expect((await call('+15125550108')).statuses).toEqual(ANSWERED);
    expect(requestTo('/first')?.report).toMatchObject({
      ...{ speech: 'stop calling me', status: 'in_progress' },
    });
    expect(requestTo('/second')).toBeUndefined();
    expect(simulator.calls()[0]?.log.map(({ what }) => what)).toContain('The person hung up.');
  });

  it('who presses # is heard only where it does not end the answer', async () => {
    await call(PRESSES_HASH);
    expect(requestTo('/first')?.report.digits).toBe('#');
    application.requests.length = 0;
    const ask = '<Gather action="/first" numDigits="1" actionOnEmptyResult="true"/>';
    application.instruct(({ path }) => (path === '/answer' ? `<Response>${ask}</Response>` : []));
    await call(PRESSES_HASH);
    expect(requestTo('/first')?.report.digits).toBeNull();
  });

  it('is told by signed requests with a token and a number of their own each', async () => {
    const { providerCallId } = await call('+15125550100');
    const told = application.requests.filter(({ path }) => path === '/status');
    expect(application.requests.map(({ signed }) => signed)).not.toContain(false);
    expect(told.map(({ report }) => report.sequence)).toEqual([0, 1, 2, 3]);
    expect(new Set(told.map(({ report }) => report.repeatToken)).size).toBe(4);
    const ended = told.at(-1)!.report;
    const known = await telephony.lookUpCall(providerCallId);
    expect(known).toMatchObject({ status: 'completed', answeredBy: 'human', from: FROM });
    expect(known?.durationSeconds).toBe(ended.durationSeconds);
    expect(ended.durationSeconds).toBeGreaterThan(2);
  });
});

describe('instructions', () => {
  it.each([
    ['that cannot be had', 503, 'the request for instructions was answered with 503'],
    [
      'that are no XML',
      '<Response><Say>a',
      'the request for instructions brought no well-formed XML',
    ],
    ['that are other XML', '<x/>', 'the request for instructions brought XML without a Response'],
    ['that are none', '<Response/>', 'completed'],
  ])('%s end an answered call, and the call says why', async (_, answer, why) => {
    application.instruct(() => answer);
    expect((await call('+15125550100')).statuses).toEqual(ANSWERED);
    expect(simulator.calls()[0]?.log.map(({ what }) => what)).toContain(why);
  });

  it('are followed one after the other, and to other places', async () => {
    application.instruct(({ path }) =>
      path === '/answer'
        ? '<Response><Play>x.mp3</Play><Say>Hello</Say><Pause length="2"/><Redirect>on</Redirect></Response>'
        : [{ hangUp: true }],
    );
    await call('+15125550100');
    expect(requestTo('/on')?.report.status).toBe('in_progress');
    const [view] = simulator.calls();
    expect(view?.log.map(({ what }) => what)).toContain('Play is not simulated and was left out');
  });

  it('to connect an agent are accepted, and silence follows until the person hangs up', async () => {
    application.instruct(() => [{ stream: { url: 'wss://agent.example', parameters: {} } }]);
    expect((await call('+15125550100')).statuses).toEqual(ANSWERED);
    expect(simulator.calls()[0]?.log.map(({ what }) => what)).toContain('The person hung up.');
  });

  it('that ask in vain go on behind the question unless silence was asked for', async () => {
    const ask = '<Gather action="/first" numDigits="1" timeout="3"><Say>Now?</Say></Gather>';
    application.instruct(({ path }) =>
      path === '/answer'
        ? `<Response>${ask}<Redirect>/silent</Redirect></Response>`
        : [{ hangUp: true }],
    );
    await call('+15125550104');
    expect(requestTo('/first')).toBeUndefined();
    expect(requestTo('/silent')).toBeDefined();
  });
});
