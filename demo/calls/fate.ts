import { masked, type Participant } from './cast.js';

/** What the api tells of a lead, as far as it is shown. */
export interface LeadRow {
  readonly lead_id: string;
  readonly status: string;
  readonly ineligible_reasons: readonly string[];
  readonly calls: number;
  readonly revision: string;
  readonly received_at: string;
}

/** What the api tells of a call. */
export interface CallRow {
  readonly lead_id: string;
  readonly attempt: number;
  readonly status: 'open' | 'ended';
  readonly disposition: string | null;
  readonly rang_at: string | null;
  readonly answered_at: string | null;
  readonly bridged_at: string | null;
  readonly talk_seconds: number | null;
  readonly connected_seconds: number | null;
  readonly transfer_attempts: number;
  readonly destination_name: string | null;
  readonly estimate: {
    readonly amount_minor: number;
    readonly currency: string;
    readonly billable: boolean;
  } | null;
}

/** Why a lead waits, and until when. */
export interface Deferral {
  readonly obstacles: readonly string[];
  readonly nextAllowedAt: string | null;
}

/** Somebody, and all that is known of them so far. */
export interface Fate {
  readonly participant: Participant;
  readonly leadId: string;
  /** Their phone had come before, so that no lead was made. */
  readonly isKnown: boolean;
  readonly lead: LeadRow | null;
  /** The last one. */
  readonly call: CallRow | null;
  /** `null` unless the lead waits for another time. */
  readonly deferral: Deferral | null;
}

const OVER: ReadonlySet<string> = new Set([
  ...['ineligible', 'disqualified', 'completed', 'exhausted', 'opted_out'],
]);

/** Whether nothing more will happen today: it came to an end, or waits for another time. */
export function isSettled({ isKnown, lead, call, deferral }: Fate): boolean {
  if (lead === null) return false;
  if (isKnown) return true;
  const isCallShown = (call?.attempt ?? 0) === lead.calls;
  if (!isCallShown || call?.status === 'open') return false;
  return OVER.has(lead.status) || deferral !== null;
}

/** What happens to somebody right now, or came of it, in a few words. */
export function wordsOf({ isKnown, lead, call, deferral }: Fate): string {
  if (lead === null) return 'received';
  if (isKnown) return `known already: ${inWords(lead.status)}`;
  if (call?.status === 'open') return callInWords(call);
  if (lead.status === 'ineligible') {
    return `not to be called: ${lead.ineligible_reasons.map(inWords).join(', ')}`;
  }
  const outcome = call === null ? inWords(lead.status) : outcomeOf(call);
  return deferral === null ? outcome : `${outcome}; ${waitOf(deferral)}`;
}

function callInWords(call: CallRow): string {
  const { destination_name: buyer } = call;
  if (call.bridged_at !== null) return `talks to ${buyer ?? 'somebody'}`;
  if (buyer !== null) return `holds for ${buyer}`;
  if (call.answered_at !== null) return 'answers questions';
  return call.rang_at === null ? 'is dialed' : 'rings';
}

function outcomeOf(call: CallRow): string {
  const outcome = inWords(call.disposition ?? 'ended');
  const { destination_name: buyer, connected_seconds: seconds } = call;
  if (call.bridged_at === null || buyer === null) return outcome;
  return `${outcome} to ${buyer}, ${seconds ?? 0} s, ${estimateText(call)}`;
}

function waitOf({ obstacles, nextAllowedAt }: Deferral): string {
  const until = nextAllowedAt === null ? '' : ` until ${nextAllowedAt.slice(0, 16)}Z`;
  return `waits${until} (${obstacles.map(inWords).join(', ')})`;
}

/** What a call is worth, e.g. `$42.50`; nothing where there was nobody to pay. */
export function estimateText({ estimate }: Pick<CallRow, 'estimate'>): string {
  return estimate === null ? '' : moneyText(estimate.amount_minor, estimate.currency);
}

/** An amount in minor units as people write it. */
export function moneyText(amountMinor: number, currency: string): string {
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency });
  const { maximumFractionDigits: digits = 2 } = format.resolvedOptions();
  return format.format(amountMinor / 10 ** digits);
}

function inWords(code: string): string {
  return code.replaceAll('_', ' ');
}

/** A fate as one object of the result. */
export function fateView({ participant, leadId, lead, call, deferral }: Fate) {
  return {
    part: participant.part,
    ...{ number: masked(participant.phone), state: participant.town.state, lead_id: leadId },
    status: lead?.status ?? null,
    ineligible_reasons: lead?.ineligible_reasons ?? [],
    calls: lead?.calls ?? 0,
    disposition: call?.disposition ?? null,
    ...{ transfers: call?.transfer_attempts ?? 0, destination: call?.destination_name ?? null },
    seconds: secondsOf(call),
    estimate_minor: call?.estimate?.amount_minor ?? null,
    obstacles: deferral?.obstacles ?? [],
    next_call_at: deferral?.nextAllowedAt ?? null,
  };
}

/** How long the consumer talked to a buyer; to us, if there was none. `null` before the end. */
export function secondsOf(call: CallRow | null): number | null {
  if (call === null) return null;
  return call.bridged_at === null ? call.talk_seconds : call.connected_seconds;
}
