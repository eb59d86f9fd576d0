import { callEvents } from '#events/calls';
import { type LoggedEvent } from './logged-event.js';
import { type PhoneCall } from './phone-laws.js';

/**
 * What must be true of the log of calls, whatever was killed and lost. Each law takes the events in
 * the order of the log and names every violation.
 */
export type CallLaw = (events: readonly LoggedEvent[]) => string[];

type Of<Type extends LoggedEvent['type']> = Extract<LoggedEvent, { type: Type }>;

/** Events of some types, with their data. */
function all<Type extends LoggedEvent['type']>(
  events: readonly LoggedEvent[],
  type: Type,
): Of<Type>['data'][] {
  return events.flatMap((event) => (event.type === type ? [event.data as Of<Type>['data']] : []));
}

function countBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}

/** Every call that was begun ended, once. */
export const everyCallEndsOnce: CallLaw = (events) => {
  const begun = countBy(all(events, 'CallAttempted'), ({ callId }) => callId);
  const ended = countBy(all(events, 'CallEnded'), ({ callId }) => callId);
  return [
    ...[...begun].flatMap(([id, count]) =>
      count === 1 ? [] : [`call ${id} began ${count} times`],
    ),
    ...[...begun.keys()].flatMap((id) => {
      const ends = ended.get(id) ?? 0;
      return ends === 1 ? [] : [`call ${id} ended ${ends} times`];
    }),
    ...[...ended.keys()].flatMap((id) => (begun.has(id) ? [] : [`call ${id} ended unbegun`])),
  ];
};

/** Leads may be suppressed because of a call, and after it. */
const OF_CALLS: ReadonlySet<string> = new Set(callEvents.map(({ type }) => type));

/**
 * A lead is on one call at a time; of one that is over, nothing is said but how long it was, and that
 * the consumer wants no calls.
 */
export const oneCallAtATime: CallLaw = (events) => {
  const open = new Map<string, string>();
  const over = new Set<string>();
  return events.flatMap(({ type, data }) => {
    if (!OF_CALLS.has(type) || !('callId' in data)) return [];
    if (data.callId === null || type === 'TalkMeasured') return [];
    const { leadId, callId } = data;
    if (type === 'ConsumerOptedOut' && over.has(callId)) return [];
    const current = open.get(leadId);
    if (type === 'CallAttempted') {
      open.set(leadId, callId);
      return current === undefined ? [] : [`${leadId} was called while on call ${current}`];
    }
    if (current !== callId) return [`${type} of call ${callId}, which is over`];
    if (type !== 'CallEnded') return [];
    open.delete(leadId);
    over.add(callId);
    return [];
  });
};

/** A transfer fails, or is connected and ends with its call. */
export const oneOutcomePerTransfer: CallLaw = (events) => {
  const failed = countBy(all(events, 'TransferFailed'), ({ transferId }) => transferId);
  const bridged = countBy(all(events, 'CallBridged'), ({ transferId }) => transferId);
  const ends = new Map(all(events, 'CallEnded').map((end) => [end.callId, end.transferId]));
  const requested = all(events, 'TransferRequested');
  const twice = [...countBy(requested, ({ transferId }) => transferId)].filter(([, n]) => n > 1);
  return [
    ...twice.map(([id]) => `transfer ${id} was requested twice`),
    ...requested.flatMap(({ transferId, callId }) => {
      const outcomes = (failed.get(transferId) ?? 0) + (bridged.get(transferId) ?? 0);
      if (outcomes !== 1) return [`transfer ${transferId} has ${outcomes} outcomes`];
      const isBridged = bridged.has(transferId);
      if (isBridged && ends.get(callId) !== transferId) {
        return [`transfer ${transferId} was connected, and call ${callId} ended without it`];
      }
      return [];
    }),
  ];
};

/**
 * No consumer is called more often within 24 hours than `max` times. What by the log rang nowhere
 * is no call to them; {@link silentCallsDoNotRing} asks the phones whether that is so.
 */
export function attemptsIn24HoursAtMost(max: number): CallLaw {
  return (events) => {
    const byConsumer = new Map<string, number[]>();
    const rangNowhere = callsThatRangNowhere(events);
    for (const { callId, record, attemptedAt } of all(events, 'CallAttempted')) {
      if (rangNowhere.has(callId)) continue;
      const hash = record.calledNumberHash;
      byConsumer.set(hash, [...(byConsumer.get(hash) ?? []), Date.parse(attemptedAt)]);
    }
    return [...byConsumer].flatMap(([hash, times]) => {
      const counted = times.map((at) => times.filter((t) => t <= at && t > at - DAY_MS).length);
      const most = Math.max(...counted);
      return most > max ? [`${hash} was called ${most} times in 24 hours`] : [];
    });
  };
}

/**
 * Calls that the provider refused, or that were given up before any phone rang for them, whether it
 * was asked by then or not.
 */
function callsThatRangNowhere(events: Parameters<CallLaw>[0]): ReadonlySet<string> {
  const heard = [...all(events, 'CallRang'), ...all(events, 'CallAnswered')];
  const reached = new Set(heard.map(({ callId }) => callId));
  const givenUp = all(events, 'CallEnded').filter(
    ({ callId, disposition }) => disposition === 'canceled' && !reached.has(callId),
  );
  return new Set([...all(events, 'CallRefused'), ...givenUp].map(({ callId }) => callId));
}

/**
 * No phone rang for a call that by the log rang nowhere, and so counts towards no limit. Knows those
 * alone of which the log has the provider's name (`CallPlaced`); `ringsAtMost` counts the others.
 */
export function silentCallsDoNotRing(
  events: readonly LoggedEvent[],
  calls: readonly PhoneCall[],
): string[] {
  const rangNowhere = callsThatRangNowhere(events);
  const rung = new Set(calls.filter(({ rangMs }) => rangMs !== null).map(({ sid }) => sid));
  return all(events, 'CallPlaced')
    .filter(({ callId, providerCallId }) => rangNowhere.has(callId) && rung.has(providerCallId))
    .map(({ callId }) => `call ${callId} rang, and by the log it rang nowhere`);
}

const DAY_MS = 24 * 3_600_000;

/** Nobody is called when it is not allowed where they are. */
export function withinHours(mayBeCalled: (leadId: string, at: string) => boolean): CallLaw {
  return (events) =>
    all(events, 'CallAttempted')
      .filter(({ leadId, attemptedAt }) => !mayBeCalled(leadId, attemptedAt))
      .map(({ leadId, attemptedAt }) => `${leadId} was called at ${attemptedAt}, out of hours`);
}
