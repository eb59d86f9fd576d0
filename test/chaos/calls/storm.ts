import { setTimeout as pause } from 'node:timers/promises';
import { type Simulator, startSimulator } from '../../../apps/telephony-simulator/server.js';
import { KillPlan } from '../kill-plan.js';
import { LoadGenerator } from '../load-generator.js';
import { seededRandom } from '../seeded-random.js';
import { StackUnderFire } from '../stack-under-fire.js';
import { type StoppedSpan } from './phone-laws.js';
import { CallTally } from './call-tally.js';
import { StormConsumers } from './storm-consumers.js';
import { STORM_FAULTS, type StormOptions, type StormVerdict } from './storm-options.js';
import { minutesAhead } from './storm-places.js';
import { type StormDestination, stormPeople, StormTenant } from './storm-tenant.js';
import { verdictOn } from './storm-verdict.js';

const ACCOUNT_SID = `AC${'5'.repeat(32)}`;
const AUTH_TOKEN = 'the secret of a simulated account';
const CLIENTS_PER_TENANT = 4;
const REST_MS_MAX = 40;
const STOP_MS = 3_000;
/** Within which an emergency stop has to hold. */
const STOP_WITHIN_MS = 1_000;
/** Within which phones are hung up that ring then. */
const SILENT_WITHIN_MS = 2_000;
const POLL_MS = 500;

/** One tenant of the storm, with all it sends. */
export interface StormSide {
  readonly tenant: StormTenant;
  readonly destinations: readonly StormDestination[];
  readonly consumers: StormConsumers;
  readonly load: LoadGenerator;
}

/** A storm under way. */
export interface Storm {
  readonly options: StormOptions;
  readonly stack: StackUnderFire;
  readonly phones: Simulator;
  readonly tally: CallTally;
  readonly sides: readonly StormSide[];
  /** The clock of the stack. */
  readonly now: () => Date;
  /** What the application did not answer as it should, and how often. */
  readonly troubles: ReadonlyMap<string, number>;
  readonly stopped: StoppedSpan[];
  kills: number;
}

/**
 * Has leads come in and be called over a telephone network that repeats, delays, overtakes and
 * loses its reports, while api and worker are killed; then lets every call end, and holds the log
 * and what the network itself saw against the laws of calling.
 */
export async function runStorm(options: StormOptions): Promise<StormVerdict> {
  const beganMs = performance.now();
  const storm = await beginStorm(options);
  try {
    await rage(storm);
    await calm(storm);
    const problems = await verdictOn(storm);
    const code = await storm.stack.stop();
    if (code !== 0) problems.push(`the stack ended with exit code ${code ?? 'none'}`);
    const { calls, connected } = storm.tally;
    const { dataDir } = storm.stack;
    if (problems.length === 0) await storm.stack.remove();
    const seconds = Math.round((performance.now() - beganMs) / 1_000);
    return { problems, calls, connected, kills: storm.kills, seconds, dataDir };
  } finally {
    await storm.stack.stop();
    await storm.phones.close();
  }
}

async function beginStorm(options: StormOptions): Promise<Storm> {
  const { seed, speed, tenants, callWatchMs } = options;
  const minutes = minutesAhead(Date.now(), options.secondsMax > 120 ? 5 : 2);
  const aheadMs = minutes * 60_000;
  const troubles = new Map<string, number>();
  const phones = await startSimulator({
    ...{ port: 0, accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN, speed, seed, aheadMs },
    ...{ faults: STORM_FAULTS, people: stormPeople(tenants) },
    onTrouble: (_, trouble) => {
      const kind = trouble.replace(/^report.*(was|, second)/, 'a report $1');
      troubles.set(kind, (troubles.get(kind) ?? 0) + 1);
    },
  });
  const stack = await StackUnderFire.start({
    ...{ TWILIO_ACCOUNT_SID: ACCOUNT_SID, TWILIO_AUTH_TOKEN: AUTH_TOKEN },
    ...{ TELEPHONY_URL: phones.url, CLOCK_OFFSET_MINUTES: String(minutes) },
    ...{ CALL_WATCH_MS: String(callWatchMs), LOG_LEVEL: 'warn' },
  });
  const now = () => new Date(Date.now() + aheadMs);
  const tally = new CallTally(phones);
  const sides: StormSide[] = [];
  for (let tenant = 0; tenant < tenants; tenant += 1) {
    sides.push(await openSide({ options, stack, tally, now }, tenant));
  }
  return { options, stack, phones, tally, sides, now, troubles, stopped: [], kills: 0 };
}

async function openSide(
  { options, stack, tally, now }: Pick<Storm, 'options' | 'stack' | 'tally' | 'now'>,
  index: number,
): Promise<StormSide> {
  const name = index === 0 ? 'demo' : `storm-${index}`;
  if (index > 0) await stack.createTenant(name);
  const tenant = new StormTenant(stack.apiUrl, index, await stack.createKey(name));
  const { concurrentCallsMax, calls, tenants, seed } = options;
  const destinations = await tenant.configure(concurrentCallsMax, calls / tenants);
  const random = seededRandom(seed + 10 * index);
  const consumers: StormConsumers = new StormConsumers({
    ...{ random, tenant: index, now },
    hasRoom: () => tally.waiting(consumers.consumers) < options.waitingMax,
  });
  const load = new LoadGenerator(
    {
      ...{ url: stack.apiUrl, apiKey: tenant.apiKey },
      ...{ clients: CLIENTS_PER_TENANT, restMsMax: REST_MS_MAX },
    },
    consumers,
    seededRandom(seed + 10 * index + 1),
  );
  return { tenant, destinations, consumers, load };
}

/** Until there were enough calls and kills, or time is up. */
async function rage(storm: Storm): Promise<void> {
  const { options } = storm;
  const deadline = performance.now() + options.secondsMax * 1_000;
  const done = new AbortController();
  const killing = killNowAndThen(storm, done.signal);
  const stopped: Promise<void>[] = [];
  const isOver = (): boolean =>
    performance.now() > deadline ||
    (storm.tally.calls >= options.calls && storm.kills >= options.kills);
  let lastPrinted = 0;
  while (!isOver()) {
    const { calls, connected } = storm.tally;
    if (calls - lastPrinted >= options.calls / 20) {
      lastPrinted = calls;
      options.print(`  ${calls} calls, ${connected} connected, ${storm.kills} kills`);
    }
    if (stopped.length === 0 && calls >= options.calls / 3) stopped.push(pullEmergencyStop(storm));
    await pause(POLL_MS);
  }
  done.abort();
  await Promise.all([killing, ...stopped]);
  await storm.stack.recovered();
  for (const { consumers } of storm.sides) consumers.close();
  await Promise.all(storm.sides.map(({ load }) => load.finish()));
}

async function killNowAndThen(storm: Storm, done: AbortSignal): Promise<void> {
  const { options, stack } = storm;
  const random = seededRandom(options.seed + 5);
  const plan = new KillPlan(random, ['api', 'worker']);
  const isOver = (): boolean => done.aborted || storm.kills >= options.kills;
  while (!isOver()) {
    await pause(random() * options.calmMsMax, undefined, { signal: done }).catch(() => undefined);
    const target = isOver() ? null : plan.next(Date.now());
    if (target === null || !(await stack.kill(target))) continue;
    plan.record(target, Date.now());
    storm.kills += 1;
    if (random() < 0.75) await stack.recovered();
  }
}

/** Where a process is killed meanwhile, phones that ring are hung up when it is back. */
async function pullEmergencyStop(storm: Storm): Promise<void> {
  const { sides, phones, stack, stopped, options } = storm;
  const [side] = sides;
  if (side === undefined) return;
  await stack.recovered();
  const { kills } = storm;
  await side.tenant.stop();
  const beganMs = phones.now().getTime();
  const fromMs = beganMs + STOP_WITHIN_MS * options.speed;
  await pause(STOP_MS);
  const toMs = phones.now().getTime();
  const isWhole = kills === storm.kills;
  const silentFromMs = isWhole ? beganMs + SILENT_WITHIN_MS * options.speed : toMs;
  stopped.push({ fromMs, silentFromMs, toMs });
  await side.tenant.resume();
}

/** Until nobody is on the phone, nobody is due, and every slot is back. */
async function calm(storm: Storm): Promise<void> {
  const { options, tally, stack, now } = storm;
  const deadline = performance.now() + options.drainSecondsMax * 1_000;
  options.print('  no more leads; the last calls end');
  for (;;) {
    const [left] = await stack.ask<{ calling: number; due: number; slots: number }>(
      `select (select count(*)::integer from dial_queue where status = 'calling') as calling,
              (select count(*)::integer from dial_queue
                where status = 'waiting' and eligible and due_at <= $1) as due,
              (select coalesce(sum(in_flight), 0)::integer from destination_usage) as slots`,
      [now().toISOString()],
    );
    const over = left?.calling === 0 && left.due === 0 && left.slots === 0;
    if (over && tally.open === 0) return;
    if (performance.now() > deadline) {
      options.print(`  time is up: ${JSON.stringify(left)}`);
      return;
    }
    await pause(POLL_MS);
  }
}
