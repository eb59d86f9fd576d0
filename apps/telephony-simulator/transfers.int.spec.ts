import { TwilioTelephony } from '#libs/telephony';
import { until } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Application, startApplication } from './application.fixtures.js';
import { AGENT, type CallView, QUALIFIED, type Simulator, startSimulator } from './server.js';

const ACCOUNT = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'token' };
const CONSUMER = '+12125557001';
const TALKATIVE = '+12125557002';
const LOSES_HEART = '+15125550100';
const FIRST_BUSY = '+15125550106';
const HASTY = '+18005550001';
const PATIENT = '+18005550002';
const SHOWN = '+15125550001';
/** A minute of theirs is a moment of ours: nobody loses heart because this machine is busy. */
const waiting = { patienceSeconds: 100_000 };
const people = {
  [CONSUMER]: { ...QUALIFIED, ...waiting, talkSeconds: [100, 100] as const },
  [TALKATIVE]: { ...QUALIFIED, ...waiting, talkSeconds: [100_000, 100_000] as const },
  [FIRST_BUSY]: { ...QUALIFIED, ...waiting, firstDestinationBusy: true },
  [HASTY]: { ...AGENT, ...waiting, talkSeconds: [40, 40] as const },
  [PATIENT]: { ...AGENT, ...waiting, talkSeconds: [100_000, 100_000] as const },
};
let application: Application;
let simulator: Simulator;
let telephony: TwilioTelephony;

beforeEach(async () => {
  application = await startApplication(ACCOUNT.authToken);
  simulator = await startSimulator({ ...ACCOUNT, port: 0, speed: 400, seed: 7, people });
  telephony = new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: simulator.url });
  const eventsUrl = `${application.url}/room`;
  const room = { conference: 'xfer-1', actionUrl: `${application.url}/after`, eventsUrl };
  application.instruct(({ path }) => {
    if (path === '/consumer') return [{ wait: room }];
    return path === '/destination' ? [{ join: room }] : [{ hangUp: true }];
  });
});
afterEach(async () => {
  await simulator.close();
  await application.close();
});

async function call(to: string, answer: string, from = SHOWN): Promise<string> {
  const { providerCallId } = await telephony.placeCall({
    ...{ to, from, answerUrl: application.url + answer, ringSeconds: 25 },
    ...{ statusUrl: `${application.url}/status`, machines: { detection: 'off' }, sendDigits: null },
  });
  return providerCallId;
}

const viewOf = (sid: string): CallView => simulator.calls().find((view) => view.sid === sid)!;
const logOf = (sid: string) => viewOf(sid).log.map(({ what }) => what);
const isIn = (sid: string, what: string) =>
  until(`${what} in the log of a call`, () => logOf(sid).includes(what));
const WAITS = 'waits in the conference xfer-1';
const TALKS = 'talks in the conference';

describe('a consumer and a destination', () => {
  it('talk once both are in the room, until the consumer hangs up', async () => {
    const consumer = await call(CONSUMER, '/consumer');
    await isIn(consumer, WAITS);
    const destination = await call(PATIENT, '/destination');
    await simulator.idle();
    expect(logOf(consumer)).toEqual(expect.arrayContaining([TALKS, 'The person hung up.']));
    expect(logOf(destination)).toContain('the conference xfer-1 is over');
    const after = application.requests.filter(({ path }) => path === '/after');
    expect(after.map(({ report }) => report.providerCallId)).toEqual([destination]);
    expect(after[0]?.params).toMatchObject({ DialCallStatus: 'answered' });
    expect(viewOf(destination).durationSeconds).toBeGreaterThanOrEqual(99);
  });

  it('are not parted by instructions that fail now and then, and every copy is signed', async () => {
    let failures = 3;
    const room = { conference: 'xfer-1', actionUrl: '/after', eventsUrl: '/room' };
    application.instruct(({ path }) => {
      if (path === '/consumer' && failures-- > 0) return 503;
      return path === '/consumer' ? [{ wait: room }] : [{ hangUp: true }];
    });
    const consumer = await call(CONSUMER, '/consumer');
    await isIn(consumer, WAITS);
    const asked = application.requests.filter(({ path }) => path === '/consumer');
    expect(asked.map(({ signed }) => signed)).toEqual([true, true, true, true]);
  });

  it('are seen to come into the room and to leave it, each leg by its name', async () => {
    const consumer = await call(CONSUMER, '/consumer');
    const destination = await call(HASTY, '/destination');
    await simulator.idle();
    const seen = application.requests
      .filter(({ path }) => path === '/room')
      .map(({ params }) => `${params['CallSid']} ${params['StatusCallbackEvent']}`);
    expect(seen.sort()).toEqual(
      [consumer, destination]
        .flatMap((sid) => [`${sid} participant-join`, `${sid} participant-leave`])
        .sort(),
    );
  });

  it('are not seen where the reports of it are lost', async () => {
    simulator.setFaults({ lose: 1 });
    await call(CONSUMER, '/consumer');
    await call(HASTY, '/destination');
    await simulator.idle();
    expect(application.requests.map(({ path }) => path)).not.toContain('/room');
  });

  it('talk until the destination hangs up; the consumer is told what comes next', async () => {
    const consumer = await call(CONSUMER, '/consumer');
    const destination = await call(HASTY, '/destination');
    await simulator.idle();
    expect(logOf(destination)).toContain('The person hung up.');
    const after = application.requests.filter(({ path }) => path === '/after');
    expect(after.map(({ report }) => report.providerCallId)).toEqual([consumer]);
  });

  it('are parted when a consumer is taken out of the room', async () => {
    const consumer = await call(TALKATIVE, '/consumer');
    const destination = await call(PATIENT, '/destination');
    await isIn(consumer, TALKS);
    await telephony.redirectCall(consumer, `${application.url}/elsewhere`);
    await simulator.idle();
    expect(application.requests.map(({ path }) => path)).toContain('/elsewhere');
    expect(logOf(destination)).toContain('the conference xfer-1 is over');
  });

  it('are parted when somebody stands beside the phone and hangs up', async () => {
    const consumer = await call(TALKATIVE, '/consumer');
    const destination = await call(PATIENT, '/destination');
    await isIn(destination, TALKS);
    const url = `${simulator.url}/simulator/calls/${destination}/hang-up`;
    expect((await fetch(url, { method: 'POST' })).status).toBe(202);
    await simulator.idle();
    expect(logOf(consumer)).toContain('the conference xfer-1 is over');
    expect((await fetch(url, { method: 'POST' })).status).toBe(409);
  });

  it('never meet if the destination does not come, and the consumer loses heart', async () => {
    const consumer = await call(LOSES_HEART, '/consumer');
    await simulator.idle();
    expect(logOf(consumer)).toContain('The person hung up.');
    expect(logOf(consumer)).not.toContain(TALKS);
  });
});

describe('a destination', () => {
  it('listens, and accepts with 1', async () => {
    const gather = {
      opening: [],
      prompt: 'A caller from Texas. Press 1.',
      language: 'en-US',
      hints: [],
    };
    const asked = { ...gather, actionUrl: `${application.url}/accepted`, digits: 1 };
    application.instruct(({ path }) =>
      path === '/whisper'
        ? [{ gather: { ...asked, speech: false, timeoutSeconds: 5 } }]
        : [{ hangUp: true }],
    );
    await call('sip:desk@buyer.example', '/whisper');
    await simulator.idle();
    const accepted = application.requests.find(({ path }) => path === '/accepted');
    expect(accepted?.report.digits).toBe('1');
  });

  it('is busy at first for one consumer, call after call', async () => {
    for (const round of [1, 2]) {
      const consumer = await call(FIRST_BUSY, '/consumer');
      await isIn(consumer, WAITS);
      const first = await call(PATIENT, '/destination', FIRST_BUSY);
      await until('the first is over', () => viewOf(first).endedAt !== null);
      const second = await call(PATIENT, '/destination', FIRST_BUSY);
      await simulator.idle();
      expect([round, viewOf(first).status, viewOf(second).status]).toEqual([
        ...[round, 'busy', 'completed'],
      ]);
      expect(logOf(second)).toContain(TALKS);
    }
  });
});
