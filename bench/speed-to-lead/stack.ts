import { randomBytes } from 'node:crypto';
import { ApiClient } from '../../apps/cli/launch/api-client.js';
import { beginToDial, makeOnce } from '../../apps/cli/launch/begin-to-dial.js';
import { minutesToDaytime } from '../../apps/cli/launch/day-clock.js';
import { startSimulator } from '../../apps/telephony-simulator/server.js';
import { startStack } from '../intake/ours.js';
import { type Options } from './options.js';
import { type PhoneWatch } from './phone-watch.js';

/** A stack that dials, and how to ask it. */
export interface DialingStack {
  readonly api: ApiClient;
  /** How far ahead of this process’ clock the stack’s is. */
  readonly aheadMs: number;
  stop(): Promise<void>;
}

/** The most there can be, so that nobody waits for a free line. */
const CONCURRENT_CALLS_MAX = 1_000;
const MINUTE_MS = 60_000;
const TEXAS = { state: 'TX', zip: '75201', areaCode: '214', countries: ['US'], isUnread: false };

const DESTINATION = {
  name: 'Nationwide Quotes',
  address: { value: '+15125550150' },
  accept_key: '1',
  presents_consumer: true,
};

/**
 * Starts a stack whose telephone network is in this process: so the instant at which a phone begins
 * to ring comes from the clock by which the lead was sent.
 */
export async function startDialingStack(
  { speed, seed, profile }: Options,
  phones: PhoneWatch,
): Promise<DialingStack> {
  const accountSid = `AC${randomBytes(16).toString('hex')}`;
  const authToken = randomBytes(32).toString('hex');
  const simulator = await startSimulator({
    ...{ port: 0, accountSid, authToken, speed, seed },
    onStep: (step) => {
      phones.note(step);
    },
  });
  const minutes = minutesToDaytime(new Date(), [TEXAS]);
  const stack = await startStack({
    ...{ profile, tenantMode: 'sandbox' },
    settings: {
      CLOCK_OFFSET_MINUTES: String(minutes),
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_AUTH_TOKEN: authToken,
      TELEPHONY_URL: simulator.url,
    },
  });
  const api = new ApiClient(`http://127.0.0.1:${stack.port}`, stack.apiKeys[0] ?? '');
  await makeOnce(api, '/v1/destinations', DESTINATION);
  await beginToDial(api, CONCURRENT_CALLS_MAX);
  return {
    ...{ api, aheadMs: minutes * MINUTE_MS },
    stop: async () => {
      await stack.stop();
      await simulator.close();
    },
  };
}
