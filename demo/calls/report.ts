import { table } from '../../apps/cli/table-text.js';
import { masked } from './cast.js';
import { estimateText, type Fate, fateView, isSettled, moneyText, secondsOf } from './fate.js';
import { type HistoryEvent } from './watch.js';

const HEADING = [
  ...['number', 'place', 'status', 'calls', 'outcome', 'destination', 'seconds', 'estimate'],
];

/** Everybody's fate as a table, and what it comes to. */
export function fateTable(fates: readonly Fate[]): string {
  return `${table(HEADING, fates.map(rowOf), 'Nobody took part.')}\n\n${summaryOf(fates)}`;
}

function rowOf({ participant, lead, call, deferral }: Fate): string[] {
  const reasons = [...(lead?.ineligible_reasons ?? []), ...(deferral?.obstacles ?? [])];
  return [
    masked(participant.phone),
    `${participant.town.name} ${participant.town.state}`,
    lead?.status ?? '',
    String(lead?.calls ?? 0),
    call === null ? reasons.join(', ') : (call.disposition ?? ''),
    call?.destination_name ?? '',
    String(secondsOf(call) ?? ''),
    call === null ? '' : estimateText(call),
  ];
}

/** How many there are of each status, and what their calls are worth. */
function summaryOf(fates: readonly Fate[]): string {
  const counts = [...countsOf(fates)].map(([status, count]) => `${count} ${status}`).join(', ');
  const worth = [...worthOf(fates)].map(([currency, minor]) => moneyText(minor, currency));
  const estimate = worth.length === 0 ? '' : `; estimated ${worth.join(' and ')}`;
  return `${fates.length} leads: ${counts}${estimate}`;
}

function countsOf(fates: readonly Fate[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { lead } of fates) {
    const status = lead?.status ?? 'received';
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return counts;
}

function worthOf(fates: readonly Fate[]): Map<string, number> {
  const worth = new Map<string, number>();
  for (const { call } of fates) {
    if (call?.estimate == null) continue;
    const { currency, amount_minor: minor } = call.estimate;
    worth.set(currency, (worth.get(currency) ?? 0) + minor);
  }
  return worth;
}

/** The lead whose history is the most worth seeing: bridged, if possible after a first refusal. */
export function mostTelling(fates: readonly Fate[]): Fate | undefined {
  return fates
    .filter(({ call, isKnown }) => !isKnown && call?.bridged_at != null && call.status === 'ended')
    .sort((one, other) => attemptsOf(other) - attemptsOf(one))[0];
}

function attemptsOf({ call }: Fate): number {
  return call?.transfer_attempts ?? 0;
}

/** What of an event is shown beside its name. */
const TOLD = [
  ...['attempt', 'obstacles', 'answeredBy', 'questionId', 'value', 'destinationName', 'accepted'],
  ...['reason', 'disposition', 'connectedSeconds', 'hungUpBy'],
];

/** Events one below the other, each with the time since the first. */
export function timeLine(events: readonly HistoryEvent[]): string {
  const startMs = Date.parse(events[0]?.occurred_at ?? '');
  const lines = events.map(({ type, occurred_at: at, data }) => {
    const seconds = ((Date.parse(at) - startMs) / 1_000).toFixed(3).padStart(8);
    return `${seconds} s  ${type.padEnd(23)}  ${toldOf(data)}`.trimEnd();
  });
  return lines.join('\n');
}

function toldOf(data: HistoryEvent['data']): string {
  const told = TOLD.flatMap((name) => {
    const value = data[name];
    const values = Array.isArray(value) ? (value as unknown[]) : [value];
    const words = values.filter((each) => ['string', 'number', 'boolean'].includes(typeof each));
    return words.length === 0 ? [] : [`${inWords(name)} ${words.join(', ')}`];
  });
  return told.join(', ');
}

function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** What `--json` prints. */
export function resultOf(
  fates: readonly Fate[],
  { seed, seconds }: { readonly seed: number; readonly seconds: number },
) {
  return {
    ...{ seed, seconds: Math.round(seconds * 10) / 10 },
    leads: fates.length,
    settled: fates.filter(isSettled).length,
    by_status: Object.fromEntries(countsOf(fates)),
    estimated_minor: Object.fromEntries(worthOf(fates)),
    fates: fates.map(fateView),
  };
}
