import { type DncFinding } from '#events/leads';
import { explainFilter, matchesFilter } from '#libs/filters';
import { type DestinationSettings } from './destination.events.js';
import { capReasons, type DestinationUsage, hasCaps, usageAt } from './destination-usage.js';
import { capWindowsAt, scheduleOpenAt } from './schedule.js';
import { isSuppressedFor } from './sellers.js';
import { type RoutingCandidate, type RoutingDecision } from './transfer.events.js';

/** Raised when the same input would be decided otherwise. */
export const ROUTING_RULES_VERSION = 2;

/** Nobody is chosen and nobody asked about: nothing may be looked up any more. */
export function chooseNobody(at: string): RoutingDecision {
  const nothing = { draw: 0, dncFinding: null, candidates: [] };
  return { rulesVersion: ROUTING_RULES_VERSION, decidedAt: at, ...nothing };
}

/** A destination that may be chosen, as it stands. */
export interface RoutableDestination {
  readonly destinationId: string;
  readonly version: number;
  readonly settings: DestinationSettings;
  readonly paused: boolean;
  /** How much of its caps is used; may be `null` only where it has none, see {@link hasCaps}. */
  readonly usage: DestinationUsage | null;
}

/** Everything a choice rests on. */
export interface RoutingInput<Candidate extends RoutableDestination = RoutableDestination> {
  /** Every destination of the tenant, in any order. */
  readonly candidates: readonly Candidate[];
  /** What filters may ask for: `lead.*` and `answers.*`. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** The clock of the decision, ISO-8601 UTC. */
  readonly at: string;
  /** From 0 (inclusive) to 1 (exclusive); the same for the same call and attempt. */
  readonly draw: number;
  /** Destinations that were dialed in this call already. */
  readonly triedIds: readonly string[];
  /**
   * Names of sellers to whom this consumer may not be handed, as destinations spell them (CO-4).
   */
  readonly suppressedSellers: readonly string[];
  /** What do-not-call lists mean for this consumer; for the record, it refuses nobody by itself. */
  readonly dncFinding: DncFinding | null;
}

/** What was chosen, and why the others were not. */
export interface Routing<Candidate extends RoutableDestination = RoutableDestination> {
  /** `null` if no destination is fit. */
  readonly chosen: Candidate | null;
  readonly decision: RoutingDecision;
}

/**
 * Chooses whom to hand a consumer over to (RO-3, RO-4, RO-13).
 *
 * Every destination is judged and gets all reasons that speak against it. Those that are fit are
 * ranked: lowest priority number first, among equals by a draw in which weights are shares, the ids
 * deciding the order they are drawn from. One that stands in for a closed destination, which would
 * take the consumer else, comes where that would come (BU-8). A pure function of its input, so a
 * decision can be explained and repeated from what the event holds.
 */
export function route<Candidate extends RoutableDestination>(
  input: RoutingInput<Candidate>,
): Routing<Candidate> {
  const { candidates, at, draw, dncFinding } = input;
  const judged = candidates.map((candidate) => judge(candidate, input));
  const fit = ranked(
    judged.filter(({ reasons }) => reasons.length === 0),
    draw,
  );
  const unfit = judged.filter(({ reasons }) => reasons.length > 0).toSorted(byPriority);
  const chosenId = fit[0]?.destinationId;
  return {
    chosen: candidates.find(({ destinationId }) => destinationId === chosenId) ?? null,
    decision: {
      rulesVersion: ROUTING_RULES_VERSION,
      decidedAt: at,
      draw,
      dncFinding,
      candidates: [
        ...fit.map((one, rank) => withOutcome(one, rank === 0 ? 'chosen' : 'eligible')),
        ...unfit.map((one) => withOutcome(one, 'refused')),
      ],
    },
  };
}

/** The same choice where something speaks `against` every destination: nobody is chosen. */
export function refusedAll({ decision }: Routing, against: readonly string[]): Routing {
  const candidates = decision.candidates.map((candidate) => ({
    ...candidate,
    outcome: 'refused' as const,
    reasons: [...against, ...candidate.reasons],
  }));
  return { chosen: null, decision: { ...decision, candidates } };
}

type Judged = Omit<RoutingCandidate, 'outcome'>;

function withOutcome(judged: Judged, outcome: RoutingCandidate['outcome']): RoutingCandidate {
  return { ...judged, outcome };
}

function judge(candidate: RoutableDestination, input: RoutingInput): Judged {
  const { destinationId, version: destinationVersion, settings } = candidate;
  const { weight } = settings;
  const priority = priorityOf(candidate, input);
  const { reasons, usage } = judgeCaps(candidate, input.at);
  return {
    ...{ destinationId, destinationVersion, priority, weight, usage },
    reasons: [...reasonsAgainst(candidate, input), ...reasons],
  };
}

/** Its own, or that of a closed one it stands in for, whichever comes first. */
function priorityOf({ destinationId, settings }: RoutableDestination, input: RoutingInput): number {
  const closed = input.candidates.filter(
    (other) => other.settings.schedule.standInId === destinationId && isOnlyClosed(other, input),
  );
  return Math.min(settings.priority, ...closed.map((other) => other.settings.priority));
}

const CLOSED: ReadonlySet<string> = new Set(['holiday', 'outside_schedule']);

function isOnlyClosed(candidate: RoutableDestination, input: RoutingInput): boolean {
  const reasons = reasonsAgainst(candidate, input);
  return reasons.length > 0 && reasons.every((reason) => CLOSED.has(reason));
}

function judgeCaps({ settings, usage }: RoutableDestination, at: string) {
  const { caps, schedule } = settings;
  if (usage === null || !hasCaps(caps)) return { reasons: [], usage: null };
  const windows = capWindowsAt(schedule.timeZone, at);
  return { reasons: capReasons(caps, usage, windows, at), usage: usageAt(usage, windows, at) };
}

function reasonsAgainst(candidate: RoutableDestination, input: RoutingInput): string[] {
  const { destinationId, settings, paused } = candidate;
  const { facts, at, triedIds, suppressedSellers } = input;
  const { schedule, filter } = settings;
  return [
    ...(triedIds.includes(destinationId) ? ['already_tried'] : []),
    ...(paused ? ['contract_paused'] : []),
    ...(isSuppressedFor(settings, suppressedSellers) ? ['suppressed_for_seller'] : []),
    ...scheduleReasons(schedule, at),
    ...(filter === null || matchesFilter(filter, facts) ? [] : filterReasons(filter, facts)),
  ];
}

/** Whether it is only the holidays that close it is told by asking again as if there were none. */
function scheduleReasons(schedule: DestinationSettings['schedule'], at: string): string[] {
  const { expiresAt } = schedule;
  if (expiresAt !== null && Date.parse(at) >= Date.parse(expiresAt)) return ['contract_expired'];
  if (scheduleOpenAt(schedule, at)) return [];
  const withoutHolidays = { ...schedule, closedOn: [] };
  return [scheduleOpenAt(withoutHolidays, at) ? 'holiday' : 'outside_schedule'];
}

/** A filter that does not match always leaves a reason, even one without rules to name. */
function filterReasons(
  filter: NonNullable<DestinationSettings['filter']>,
  facts: RoutingInput['facts'],
): string[] {
  const reasons = explainFilter(filter, facts);
  return reasons.length > 0 ? reasons : ['custom_filter'];
}

type Ranked = Pick<RoutingCandidate, 'destinationId' | 'priority' | 'weight'>;

function byPriority(one: Ranked, other: Ranked): number {
  return one.priority - other.priority || (one.destinationId < other.destinationId ? -1 : 1);
}

/** The order in which fit destinations come, given the draw; the first of it is dialed. */
export function ranked<Candidate extends Ranked>(
  candidates: readonly Candidate[],
  draw: number,
): Candidate[] {
  const sorted = candidates.toSorted(byPriority);
  const priorities = [...new Set(sorted.map(({ priority }) => priority))];
  return priorities.flatMap((priority) =>
    drawn(
      sorted.filter((candidate) => candidate.priority === priority),
      draw,
    ),
  );
}

/**
 * Draws one after the other. The place of a draw within the share it hit is evenly spread, too, so
 * it serves as the draw among those that are left.
 */
function drawn<Candidate extends Ranked>(equals: readonly Candidate[], draw: number): Candidate[] {
  const order: Candidate[] = [];
  let left = [...equals];
  let place = draw;
  while (left.length > 0) {
    const { index, within } = hit(left, place);
    order.push(...left.slice(index, index + 1));
    left = left.toSpliced(index, 1);
    place = within;
  }
  return order;
}

/** Which share a draw falls into, and where within it (0 to 1). */
function hit(shares: readonly Ranked[], draw: number): { index: number; within: number } {
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  let from = 0;
  for (const [index, { weight }] of shares.entries()) {
    const place = draw * total - from;
    if (place < weight) return { index, within: Math.max(0, place / weight) };
    from += weight;
  }
  // Only rounding leads here.
  return { index: shares.length - 1, within: 0 };
}
