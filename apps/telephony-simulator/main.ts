import { processLogger } from '#libs/logging';
import { type Simulator, type SimulatorOptions, startSimulator } from './server.js';

const logger = processLogger('telephony-simulator', process.env['LOG_LEVEL'] ?? 'info');

function leave(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function required(name: string): string {
  const text = process.env[name] ?? '';
  if (text === '') leave(`${name} is not set: the simulator takes any, the api has the same.`);
  return text;
}

/** Whole or not, from `min` to `max`. */
function numberIn(name: string, otherwise: string, min: number, max: number): number {
  const text = process.env[name] ?? '';
  const number = Number(text === '' ? otherwise : text);
  if (!(number >= min && number <= max)) leave(`${name} must be a number from ${min} to ${max}.`);
  return number;
}

function readOptions(): SimulatorOptions {
  const seed = process.env['SIMULATOR_SEED'] ?? '';
  const pace = process.env['SIMULATOR_CALLS_PER_SECOND'] ?? '';
  return {
    port: numberIn('SIMULATOR_PORT', '0', 0, 65_535),
    host: process.env['SIMULATOR_HOST'] ?? '127.0.0.1',
    accountSid: required('TWILIO_ACCOUNT_SID'),
    authToken: required('TWILIO_AUTH_TOKEN'),
    speed: numberIn('SIMULATOR_SPEED', '1', 0.01, 10_000),
    aheadMs: numberIn('SIMULATOR_AHEAD_MINUTES', '0', -10_080, 10_080) * 60_000,
    ...(pace === ''
      ? {}
      : { callsPerSecond: numberIn('SIMULATOR_CALLS_PER_SECOND', pace, 0.01, 10_000) }),
    ...(seed === '' ? {} : { seed: numberIn('SIMULATOR_SEED', seed, 0, 2 ** 31) }),
    onTrouble: (sid, trouble) => {
      logger.warn({ sid, trouble }, 'the application did not answer as it should');
    },
  };
}

/** One sentence for the operator instead of a stack. */
function explain(error: unknown, { host = '', port }: SimulatorOptions): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return `The telephony simulator cannot listen on ${host}:${port}: the port is taken. Set SIMULATOR_PORT to a free one.`;
  }
  const message = error instanceof Error ? error.message : String(error);
  return `The telephony simulator cannot start: ${message}`;
}

function stopOnSignal(simulator: Simulator): void {
  const stop = (): void => {
    void simulator.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

const options = readOptions();
try {
  const simulator = await startSimulator(options);
  stopOnSignal(simulator);
  const { url, seed } = simulator;
  logger.info({ seed, speed: options.speed }, 'the telephone network is simulated');
  process.stdout.write(`${JSON.stringify({ listening: url })}\n`);
} catch (error) {
  leave(explain(error, options));
}
