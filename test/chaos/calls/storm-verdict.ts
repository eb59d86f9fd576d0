import {
  attemptsIn24HoursAtMost,
  everyCallEndsOnce,
  oneCallAtATime,
  oneOutcomePerTransfer,
  silentCallsDoNotRing,
  withinHours,
} from './call-laws.js';
import { type LoggedEvent, readCallLog } from './logged-event.js';
import { bridgesAreTalks } from './meeting-laws.js';
import {
  concurrencyIsKept,
  mostAtOnce,
  nobodyWhileStopped,
  noUnloggedCalls,
  oneCallPerNumber,
  type PhoneCall,
  ringsAtMost,
  toPhoneCalls,
} from './phone-laws.js';
import { capsAreKept, slotsAreGivenBack, transfersHoldASlot } from './slot-laws.js';
import { plainlyMayRing } from './plain-hours.js';
import { type Storm, type StormSide } from './storm.js';

const ATTEMPTS_24_HOURS_MAX = 3;

/** Every violation of a law, the most telling ones first. */
export async function verdictOn(storm: Storm): Promise<string[]> {
  const { stack, phones, sides, options } = storm;
  const { eventStoreUrl } = await stack.run();
  const events = await readCallLog(eventStoreUrl);
  options.print(`  ${events.length} events are held against the laws`);
  for (const [trouble, count] of storm.troubles) options.print(`  ${count} times ${trouble}`);
  options.print(`  calls: ${tally(events, 'CallEnded', 'disposition')}`);
  options.print(`  failed transfers: ${tally(events, 'TransferFailed', 'reason')}`);
  const calls = toPhoneCalls(phones.calls());
  return [
    ...phoneProblems(storm, calls, events),
    ...bridgesAreTalks(events, calls),
    ...silentCallsDoNotRing(events, calls),
    ...logProblems(sides, events),
    ...sides.flatMap(({ load }) => load.surprises),
    ...(await parkedEvents(storm)),
    ...(await stack.verify()),
  ];
}

/** How often each value of a field occurs, the most frequent first. */
function tally(events: readonly LoggedEvent[], type: string, field: string): string {
  const counts = new Map<string, number>();
  for (const event of events) {
    if (event.type !== type) continue;
    const value = String((event.data as Record<string, unknown>)[field]);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  return sorted.map(([value, count]) => `${count} ${value}`).join(', ');
}

function logProblems(sides: readonly StormSide[], events: readonly LoggedEvent[]): string[] {
  const destinations = sides.flatMap((side) => side.destinations);
  const phones = phonesByLead(sides);
  const laws = [
    oneCallAtATime,
    everyCallEndsOnce,
    oneOutcomePerTransfer,
    capsAreKept(new Map(destinations.map(({ destinationId, caps }) => [destinationId, caps]))),
    transfersHoldASlot,
    slotsAreGivenBack,
    attemptsIn24HoursAtMost(ATTEMPTS_24_HOURS_MAX),
    withinHours((leadId, at) => {
      const phone = phones.get(leadId);
      return phone !== undefined && plainlyMayRing(areaCodeOf(phone), at);
    }),
  ];
  return laws.flatMap((law) => law(events));
}

function phoneProblems(
  { sides, stopped, options }: Storm,
  calls: readonly PhoneCall[],
  events: readonly LoggedEvent[],
): string[] {
  const attempts = attemptsByNumber(sides, events);
  return sides.flatMap(({ consumers, destinations }, index) => {
    const phones = new Set(consumers.consumers.map(({ phone }) => phone));
    const buyers = new Map(destinations.map(({ phone, caps }) => [phone, caps.concurrent ?? null]));
    const capped = new Map([...buyers].flatMap(([p, cap]) => (cap === null ? [] : [[p, cap]])));
    const mine = calls.filter(({ to }) => phones.has(to));
    const theirs = calls.filter(({ to }) => buyers.has(to));
    const lines = mostAtOnce(
      mine.map(({ placedMs, endedMs }) => ({ from: placedMs, to: endedMs })),
    );
    const tooMany = lines > options.concurrentCallsMax;
    return [
      ...oneCallPerNumber(mine),
      ...ringsAtMost(mine, ATTEMPTS_24_HOURS_MAX),
      ...noUnloggedCalls(mine, (number) => attempts.get(number) ?? 0),
      ...concurrencyIsKept(theirs, capped),
      ...(tooMany ? [`tenant ${index} had ${lines} calls at once`] : []),
      ...(index > 0
        ? []
        : stopped.flatMap((span) => nobodyWhileStopped([...mine, ...theirs], span))),
    ];
  });
}

function phonesByLead(sides: readonly StormSide[]): Map<string, string> {
  const acknowledged = sides.flatMap(({ load }) => load.acknowledgements);
  return new Map(acknowledged.map(({ leadId, submission }) => [leadId, submission.phone]));
}

/** Of a number of North America, E.164. */
function areaCodeOf(phone: string): string {
  return phone.slice(2, 5);
}

function attemptsByNumber(
  sides: readonly StormSide[],
  events: readonly LoggedEvent[],
): Map<string, number> {
  const byLead = new Map<string, number>();
  for (const { type, data } of events) {
    if (type === 'CallAttempted') byLead.set(data.leadId, (byLead.get(data.leadId) ?? 0) + 1);
  }
  const acknowledged = sides.flatMap(({ load }) => load.acknowledgements);
  return new Map(
    acknowledged.map(({ leadId, submission }) => [submission.phone, byLead.get(leadId) ?? 0]),
  );
}

/** Events that a reactor could not act upon, and still cannot. */
async function parkedEvents({ stack }: Storm): Promise<string[]> {
  const rows = await stack.ask<{ reactor: string; failure: string }>(
    'select reactor, failure from reactor_later where failure is not null limit 20',
  );
  return rows.map(({ reactor, failure }) => `${reactor} could not act: ${failure}`);
}
