import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { answerAdmin, type CallView, viewOf } from './http/admin-api.js';
import { type Exchange, readExchange, send } from './http/exchange.js';
import { RestApi } from './http/rest-api.js';
import { brokenDown, twilioError } from './http/twilio-error.js';
import { type Faults, NO_FAULTS } from './network/faults.js';
import { type SimulatedCall } from './network/simulated-call.js';
import { TelephoneNetwork } from './network/telephone-network.js';
import { type People } from './people/population.js';

export { type CallView } from './http/admin-api.js';
export { type Faults } from './network/faults.js';
export { AGENT, type Person, QUALIFIED, type Reply } from './people/person.js';
export { type People } from './people/population.js';

/** How the telephone network is to be. */
export interface SimulatorOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Begins with AC. */
  readonly accountSid: string;
  /** What requests are authenticated by, and webhooks signed with. */
  readonly authToken: string;
  /** How many times as fast as ours the time of the simulated world runs. */
  readonly speed: number;
  /** How far ahead of the machine’s clock that time begins, as the application’s own. Default 0. */
  readonly aheadMs?: number;
  /**
   * How many calls are dialed in a second of the simulated world; more wait, as `queued`, for their
   * turn. Default: as many as are ordered.
   */
  readonly callsPerSecond?: number;
  /** What goes wrong; nothing unless told. */
  readonly faults?: Partial<Faults>;
  /** Whoever is drawn, and whatever goes wrong, is the same for the same seed. Default: any. */
  readonly seed?: number;
  /** Who is behind certain numbers instead of whoever would be. */
  readonly people?: People;
  /** Told of every step of every call, from the order on, at the instant it is taken. */
  readonly onStep?: (step: CallStep) => void;
  /** Told when the application does not answer as it should; never told a number. */
  readonly onTrouble?: (sid: string, trouble: string) => void;
}

/** A step of a call: `queued` when it is ordered, `ringing`, `in-progress` and so on. */
export interface CallStep {
  readonly sid: string;
  readonly to: string;
  readonly status: string;
}

/** A running telephone network. */
export interface Simulator {
  /** What an adapter takes as the address of its provider. */
  readonly url: string;
  readonly port: number;
  readonly seed: number;
  /** The present instant of the simulated world. */
  now(): Date;
  /** Every call that is known, latest first. */
  calls(): CallView[];
  /** The person on the phone hangs up. False if there is no such call, or it is over. */
  hangUp(sid: string): boolean;
  /** Changes what goes wrong; what is left out stays as it is. */
  setFaults(faults: Partial<Faults>): void;
  /** Resolves when no call goes on and every report was told or given up. */
  idle(): Promise<void>;
  /** Ends every call where it stands, untold, and listens no longer. */
  close(): Promise<void>;
}

const SEED_MAX = 2 ** 31;

/** Starts a telephone network that speaks Twilio's interface over HTTP, within this process. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { accountSid, authToken, speed, host = '127.0.0.1', port, people = {} } = options;
  const { seed = randomInt(SEED_MAX), aheadMs = 0, onTrouble = () => undefined } = options;
  const onStep = ({ sid, order: { to }, status }: SimulatedCall) =>
    options.onStep?.({ sid, to, status });
  const faults = { ...NO_FAULTS, ...options.faults };
  const on = { onStep, onTrouble };
  const { callsPerSecond = null } = options;
  const time = { speed, aheadMs, callsPerSecond };
  const wanted = { accountSid, authToken, ...time, seed, people, faults, ...on };
  const network = new TelephoneNetwork(wanted);
  const rest = new RestApi({ sid: accountSid, authToken, seed }, network);
  const server = createServer((request, response) => {
    void serve(network, rest, request, response);
  });
  server.listen({ host, port });
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    ...{ port: address.port, seed },
    now: () => network.now(),
    calls: () => network.calls.all().map(viewOf),
    hangUp: (sid) => network.hangUp(sid, 'person'),
    setFaults: (changed) => {
      network.faults = { ...network.faults, ...changed };
    },
    idle: () => network.idle(),
    close: () => close(network, server),
  };
}

async function serve(
  network: TelephoneNetwork,
  rest: RestApi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let exchange: Exchange;
  try {
    exchange = await readExchange(request);
  } catch {
    send(response, twilioError(413, 20_413, 'The request is too large'));
    request.destroy();
    return;
  }
  try {
    const isAdmin = exchange.path.startsWith('/simulator/');
    send(response, isAdmin ? answerAdmin(network, exchange) : rest.answer(exchange));
  } catch {
    send(response, brokenDown());
  }
}

async function close(network: TelephoneNetwork, server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await network.close();
  await closed;
}
