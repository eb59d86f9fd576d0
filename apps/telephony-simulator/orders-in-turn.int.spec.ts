import { TwilioTelephony } from '#libs/telephony';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type CallStep, type Simulator, startSimulator } from './server.js';

const ACCOUNT = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'token' };
const NOBODY = '+15125550102';
/** Where nobody listens. */
const NOWHERE = 'http://127.0.0.1:9';

let simulator: Simulator;
let telephony: TwilioTelephony;
let dialed: { readonly sid: string; readonly atMs: number }[];

/** Dials so many calls a second, of a time that goes 40 times as fast as ours. */
async function dialing(callsPerSecond: number): Promise<void> {
  dialed = [];
  const onStep = ({ sid, status }: CallStep) => {
    if (status === 'initiated') dialed.push({ sid, atMs: simulator.now().getTime() });
  };
  const pace = { speed: 40, callsPerSecond };
  simulator = await startSimulator({ ...ACCOUNT, port: 0, seed: 7, ...pace, onStep });
  telephony = new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: simulator.url });
}

afterEach(() => simulator.close());

async function order(): Promise<string> {
  const { providerCallId } = await telephony.placeCall({
    ...{ to: NOBODY, from: '+15125550001', ringSeconds: 5, sendDigits: null },
    ...{ answerUrl: `${NOWHERE}/answer`, statusUrl: `${NOWHERE}/status` },
    machines: { detection: 'off' },
  });
  return providerCallId;
}

describe('calls that are ordered faster than they may be dialed', () => {
  it('are dialed in their order, each when its turn comes', async () => {
    // Slowly, so that the last one is seen to wait.
    await dialing(0.02);
    const sids = [await order(), await order(), await order()];
    expect(simulator.calls()[0]).toMatchObject({ sid: sids[2], status: 'queued' });
    await simulator.idle();
    expect(dialed.map(({ sid }) => sid)).toEqual(sids);
    // 100 s of theirs, less what the first may be late on a busy machine.
    const [first, , third] = dialed.map(({ atMs }) => atMs);
    expect((third ?? 0) - (first ?? 0)).toBeGreaterThan(85_000);
  });

  it('may be given up before, and keep nobody waiting then', async () => {
    // Slowly: it is given up long before its turn.
    await dialing(0.01);
    const sids = [await order(), await order(), await order()];
    await telephony.endCall(sids[1] ?? '');
    await simulator.idle();
    expect(dialed.map(({ sid }) => sid)).toEqual([sids[0], sids[2]]);
    expect(simulator.calls().map(({ status }) => status)).toEqual([
      'no-answer',
      'canceled',
      'no-answer',
    ]);
  });
});
