import { type CommandRunner } from '#libs/event-store';
import { type Clock, systemClock, type TenantId } from '#libs/kernel';
import { type DataKeys } from '#libs/privacy';
import { type Telephony } from '#libs/telephony';
import { AgentPort } from './application/agent-port.js';
import { AgentTokens } from './application/agent-tokens.js';
import { CallDesk } from './application/call-desk.js';
import { ConsumerLine } from './application/consumer-line.js';
import { Consumers } from './application/consumers.js';
import { DestinationLine } from './application/destination-line.js';
import { DestinationReader } from './application/destination-reader.js';
import { currentDialing } from './application/dialing-directory.js';
import { LiveCalls } from './application/live-calls.js';
import { RingCheck } from './application/ring-check.js';
import { ScriptLibrary } from './application/script-library.js';
import { VoiceUrls } from './application/voice-urls.js';

/** What answers the telephony provider is put together from. */
export interface VoiceParts {
  /** Its catalog has to know what `callingCatalog` knows. */
  readonly runner: CommandRunner;
  readonly keys: DataKeys;
  /** Under which the provider reaches the api. */
  readonly publicBaseUrl: string;
  /** The provider’s name, as events carry it. */
  readonly provider: string;
  /** Whom to ask whether a consumer is still there; `null` where no provider is connected. */
  readonly telephony: Pick<Telephony, 'lookUpCall' | 'endCall'> | null;
  /** What the provider signs with; `null` where there is none, and nobody is to be let in. */
  readonly authToken: string | null;
  readonly clock?: Clock;
}

/** Everything that answers from outside about calls under way. */
export interface Voice {
  readonly consumers: ConsumerLine;
  readonly destinations: DestinationLine;
  readonly agents: AgentPort;
}

/** Puts it together; it holds no state, so any number of processes may answer side by side. */
export function voiceOf(parts: VoiceParts): Voice {
  const { runner, provider, telephony, authToken, clock = systemClock } = parts;
  const desk = new CallDesk(runner, clock);
  const scripts = new ScriptLibrary(runner);
  const consumers = new Consumers(parts.keys);
  const urls = new VoiceUrls(parts.publicBaseUrl);
  const calls = new LiveCalls(desk, scripts, 'telephony');
  const agents = new AgentPort({
    ...{ calls: new LiveCalls(desk, scripts, 'agent'), consumers, urls },
    tokens: new AgentTokens(authToken ?? randomSecret()),
  });
  const dialing = { current: (tenantId: TenantId) => currentDialing(runner, tenantId) };
  const rings = new RingCheck({ dialing, consumers });
  const shared = { calls, consumers, urls, rings };
  const destinations = new DestinationReader(runner);
  return {
    consumers: new ConsumerLine({ ...shared, agents, provider, telephony }),
    destinations: new DestinationLine({ ...shared, destinations, telephony }),
    agents,
  };
}

/** Nobody was handed a call, so nobody has its token. */
function randomSecret(): string {
  return crypto.randomUUID();
}
