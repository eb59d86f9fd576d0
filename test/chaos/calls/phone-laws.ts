import { type CallView } from '../../../apps/telephony-simulator/server.js';

/** What the network notes when the two in a conference hear each other. */
export const TALKS = 'talks in the conference';

/** A call as the telephone network itself saw it, in milliseconds of its own clock. */
export interface PhoneCall {
  readonly sid: string;
  readonly to: string;
  readonly placedMs: number;
  /** `null`: it rang nowhere. */
  readonly rangMs: number | null;
  /** `null`: nobody answered. */
  readonly answeredMs: number | null;
  /** How long somebody was talked to in a conference; 0: nobody was. */
  readonly talkedMs: number;
  /** Infinite while it goes on. */
  readonly endedMs: number;
}

/** Out of what the network remembers, the first call first. */
export function toPhoneCalls(views: readonly CallView[]): PhoneCall[] {
  return views
    .map(({ sid, to, createdAt, answeredAt, endedAt, log }) => ({
      ...{ sid, to, placedMs: Date.parse(createdAt), rangMs: rangAt(log) },
      answeredMs: answeredAt === null ? null : Date.parse(answeredAt),
      talkedMs: talkedMs(log, endedAt),
      endedMs: endedAt === null ? Infinity : Date.parse(endedAt),
    }))
    .sort((one, other) => one.placedMs - other.placedMs);
}

/** At least one, for those who did. */
function talkedMs(log: CallView['log'], endedAt: string | null): number {
  const talks = log.find(({ what }) => what === TALKS);
  if (talks === undefined) return 0;
  return Math.max(1, Date.parse(endedAt ?? talks.at) - Date.parse(talks.at));
}

function rangAt(log: CallView['log']): number | null {
  const ringing = log.find(({ what }) => what === 'ringing');
  return ringing === undefined ? null : Date.parse(ringing.at);
}

/** The most that went on at the same instant. A call that ends when another begins is over. */
export function mostAtOnce(spans: readonly { from: number; to: number }[]): number {
  const edges = spans
    .flatMap(({ from, to }) => [
      { at: from, change: 1 },
      { at: to, change: -1 },
    ])
    .sort((one, other) => one.at - other.at || one.change - other.change);
  let [now, most] = [0, 0];
  for (const { change } of edges) most = Math.max(most, (now += change));
  return most;
}

function byNumber(calls: readonly PhoneCall[]): Map<string, PhoneCall[]> {
  const numbers = new Map<string, PhoneCall[]>();
  for (const call of calls) {
    const known = numbers.get(call.to);
    if (known === undefined) numbers.set(call.to, [call]);
    else known.push(call);
  }
  return numbers;
}

/** Nobody’s phone rings, or is in use, for two calls of ours at once. */
export function oneCallPerNumber(consumerCalls: readonly PhoneCall[]): string[] {
  return [...byNumber(consumerCalls)].flatMap(([number, calls]) => {
    const most = mostAtOnce(
      calls.map(({ placedMs, endedMs }) => ({ from: placedMs, to: endedMs })),
    );
    return most > 1 ? [`${number} was on ${most} calls at once`] : [];
  });
}

/**
 * No consumer’s phone rings more than `max` times, as the phones themselves tell. A storm is over
 * within a day, so every ring of it is within 24 hours of every other.
 */
export function ringsAtMost(consumerCalls: readonly PhoneCall[], max: number): string[] {
  const rung = consumerCalls.filter(({ rangMs }) => rangMs !== null);
  return [...byNumber(rung)].flatMap(([number, calls]) =>
    calls.length > max ? [`the phone ${number} rang ${calls.length} times in 24 hours`] : [],
  );
}

/** No more agents of a destination are on the phone at once than its cap allows. */
export function concurrencyIsKept(
  destinationCalls: readonly PhoneCall[],
  capOf: ReadonlyMap<string, number>,
): string[] {
  return [...byNumber(destinationCalls)].flatMap(([number, calls]) => {
    const cap = capOf.get(number) ?? Infinity;
    const answered = calls.flatMap(({ answeredMs, endedMs }) =>
      answeredMs === null ? [] : [{ from: answeredMs, to: endedMs }],
    );
    const most = mostAtOnce(answered);
    return most > cap ? [`${number} had ${most} calls at once, and a cap of ${cap}`] : [];
  });
}

/** Phones do not ring more often than the log says. */
export function noUnloggedCalls(
  consumerCalls: readonly PhoneCall[],
  attemptsOf: (number: string) => number,
): string[] {
  return [...byNumber(consumerCalls)].flatMap(([number, calls]) => {
    const attempts = attemptsOf(number);
    return calls.length > attempts
      ? [`${number} was called ${calls.length} times for ${attempts} decisions`]
      : [];
  });
}

/** When a tenant had stopped: from a second after the answer on, until it asked to go on. */
export interface StoppedSpan {
  readonly fromMs: number;
  /** From then on those are hung up on, too, whose phones rang before. */
  readonly silentFromMs: number;
  readonly toMs: number;
}

/**
 * From an order to the first ring, with much to spare: the network takes little more than a second.
 */
const CONNECTING_MS_MAX = 5_000;

/**
 * Nobody is dialed while the emergency stop holds, no phone begins to ring but for orders that were
 * under way, and nobody answers any more once phones that rang before had to be hung up.
 */
export function nobodyWhileStopped(calls: readonly PhoneCall[], stopped: StoppedSpan): string[] {
  const { fromMs, silentFromMs } = stopped;
  return calls.flatMap(({ sid, placedMs, rangMs, answeredMs }) => [
    ...during(stopped, sid, 'was placed', placedMs, fromMs),
    ...during(stopped, sid, 'began to ring', rangMs, fromMs + CONNECTING_MS_MAX),
    ...during(stopped, sid, 'was answered', answeredMs, silentFromMs),
  ]);
}

function during(
  { fromMs, toMs }: StoppedSpan,
  sid: string,
  what: string,
  atMs: number | null,
  allowedUntilMs: number,
): string[] {
  if (atMs === null || atMs < allowedUntilMs || atMs >= toMs) return [];
  return [`${sid} ${what} ${atMs - fromMs} ms into a stop`];
}
