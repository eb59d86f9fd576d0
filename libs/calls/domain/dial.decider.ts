import { type DncFinding } from '#events/leads';
import { type DialObstacle } from './call.events.js';
import {
  type CloseLostCall,
  type GiveUpErased,
  type RecordRefusal,
  type StartCall,
} from './calls.commands.js';
import { waitMinutesAfter } from './cadence.js';
import { endCall } from './call-end.js';
import { type DialVerdict, dialVerdict } from './dial-verdict.js';
import { type CallableLead, countedCalls, type OpenCall } from './lead-calls.js';
import { DAY_MS } from './hours/zone-clock.js';
import { timeAfter } from './instants.js';
import { type CallEvent } from './lead-stream.events.js';
import { dncFindingFor, listObstacles } from './list-finding.js';
import { type Openness, opennessAt } from './openings.js';

/** What the lists say, which are asked again though nothing else changes. */
const LIST_OBSTACLES: ReadonlySet<DialObstacle> = new Set([
  'suppressed',
  'suppressed_for_brand',
  'suppressed_for_all_sellers',
  'dnc_listed',
  'dnc_check_failed',
] as const);

/** How long until the lists are asked again that spoke against a call right before it. */
const RECHECK_MS = 60 * 60 * 1_000;

/**
 * Dials the lead, or says until when it waits, or that nobody dials it any more; nothing where it
 * is on a call, closed or not eligible. All checks are those of this instant (CO-4, CO-5, CO-6,
 * CO-7).
 */
export function startCall(command: StartCall, lead: CallableLead): CallEvent[] {
  if (lead.current !== null || lead.closure !== null || !lead.eligible) return [];
  const { settings, at, until } = command;
  if (at >= until) return exhausted(lead, 'window_over', at);
  if (countedCalls(lead).length >= attemptsMaxOf(settings, lead))
    return exhausted(lead, 'attempts_exhausted', at);
  const findings = findingsAt(command, lead);
  const { verdict, listed, openness } = findings;
  if (isConsentTooOld(lead, at)) return waitsForConsent(command, lead, findings);
  if (!verdict.allowed || listed.length > 0 || openness.kind !== 'callable') {
    return deferred(command, lead, findings);
  }
  // Wished before that call was made by somebody else: it is over, and this is no wish for another.
  if (lead.past.some(({ callId }) => callId === command.callId)) return [];
  return [attempted(command, lead, verdict, findings)];
}

/** What speaks for and against a call at its instant: each worked out once. */
interface Findings {
  readonly verdict: DialVerdict;
  readonly dncFinding: DncFinding | null;
  /** What the lists hold against it. */
  readonly listed: readonly DialObstacle[];
  readonly openness: Openness;
}

function findingsAt(command: StartCall, lead: CallableLead): Findings {
  const { destinations, at } = command;
  const dncFinding = dncFindingFor(command, lead);
  const listed = listedAgainst(command, dncFinding);
  const verdict = verdictOn(command, lead, at);
  return { verdict, dncFinding, listed, openness: opennessAt(destinations, at) };
}

/** A call the consumer asked for is made, even after the last of all others. */
function attemptsMaxOf(
  { attemptsMax }: StartCall['settings'],
  { callbackAt }: CallableLead,
): number {
  return callbackAt === null ? attemptsMax : attemptsMax + 1;
}

function verdictOn(
  { settings, places, facts, earlierAttempts, until }: StartCall,
  lead: CallableLead,
  at: string,
): DialVerdict {
  const { attempts24HoursMax } = settings;
  const counted = countedCalls(lead);
  const spacingMinutes = waitMinutesAfter(settings, counted, facts);
  return dialVerdict(
    {
      ...{ places, until, callbackAt: lead.callbackAt },
      attempts: [...earlierAttempts, ...counted.map(({ attemptedAt }) => attemptedAt)],
      lastCallEndedAt: counted.at(-1)?.endedAt ?? null,
      limits: { attempts24HoursMax, spacingMinutes },
    },
    at,
  );
}

/** Each name under which destinations sell is refused, or the lists speak against it. */
function listedAgainst(command: StartCall, finding: DncFinding | null): DialObstacle[] {
  const all = command.isSuppressedForAllSellers ? (['suppressed_for_all_sellers'] as const) : [];
  return [...listObstacles(command, finding), ...all];
}

/**
 * Consent ages while a lead waits: what was young enough when it was judged may be too old by the
 * hour of the call (CO-1).
 */
function isConsentTooOld({ consent, consentMaxAgeDays }: CallableLead, at: string): boolean {
  const consentedAt = consent?.timestamp ?? null;
  if (consentedAt === null || consentMaxAgeDays === null) return false;
  return !(Date.parse(at) - Date.parse(consentedAt) <= consentMaxAgeDays * DAY_MS);
}

/** No instant ends this, only consent that is given anew. */
function waitsForConsent(
  command: StartCall,
  lead: CallableLead,
  { verdict, listed, dncFinding }: Findings,
): CallEvent[] {
  const obstacles: DialObstacle[] = ['consent_too_old', ...obstaclesOf(verdict), ...listed];
  const wait = { obstacles, nextAllowedAt: null, callingHours: verdict.hours, dncFinding };
  return deferral(command, lead, wait);
}

function obstaclesOf(verdict: DialVerdict): readonly DialObstacle[] {
  return verdict.allowed ? [] : verdict.obstacles;
}

/**
 * Said once: a lead that waits for the same reasons until the same instant is not told so again,
 * nor one that lists speak against before they are to be asked again.
 */
function deferred(command: StartCall, lead: CallableLead, findings: Findings): CallEvent[] {
  const { verdict, listed, dncFinding, openness } = findings;
  const allowedAt =
    listed.length === 0
      ? allowedBy(verdict, command.at)
      : allowedFrom(command, lead, timeAfter(command.at, RECHECK_MS));
  const nextAllowedAt = nextCallable(command, lead, allowedAt, openness);
  // Who waits for destinations, be it only then, is looked at again whenever one of them changes.
  const isWaiting = openness.kind !== 'callable' || nextAllowedAt !== allowedAt;
  const closed = isWaiting ? (['no_destination_open'] as const) : [];
  const obstacles = [...obstaclesOf(verdict), ...listed, ...closed];
  const wait = { obstacles, nextAllowedAt, callingHours: verdict.hours, dncFinding };
  return deferral(command, lead, wait);
}

/** One turn for each day of a lead’s window, and some to spare. */
const TURNS_MAX = 100;

/**
 * The first instant from an allowed one on at which the consumer may be called and a destination is
 * there for them; `null`: there is none, as far as is known. `opennessNow`: as the call was
 * decided.
 */
function nextCallable(
  command: StartCall,
  lead: CallableLead,
  allowedAt: string | null,
  opennessNow: Openness,
): string | null {
  let at = allowedAt;
  for (let turns = 0; turns < TURNS_MAX && at !== null; turns += 1) {
    const isNow = at === command.at;
    const openness = isNow ? opennessNow : opennessAt(command.destinations, at);
    if (openness.kind === 'callable') return at;
    if (openness.kind !== 'opens') return null;
    at = allowedFrom(command, lead, openness.at);
  }
  return null;
}

/** The first instant from `from` on at which they may be called, whoever is there for them. */
function allowedFrom(command: StartCall, lead: CallableLead, from: string): string | null {
  if (from >= command.until) return null;
  return allowedBy(verdictOn(command, lead, from), from);
}

function allowedBy(verdict: DialVerdict, at: string): string | null {
  return verdict.allowed ? at : verdict.nextAllowedAt;
}

/** Where lists are asked again in an hour, that hour is not begun anew. */
function isKnownUntil(
  known: string | null,
  { nextAllowedAt, obstacles }: Wait,
  at: string,
): boolean {
  if (known === nextAllowedAt) return true;
  if (known === null || nextAllowedAt === null) return false;
  const isListed = obstacles.some((obstacle) => LIST_OBSTACLES.has(obstacle));
  return isListed && at < known && known < nextAllowedAt;
}

type Wait = Pick<
  Extract<CallEvent, { type: 'DialDeferred' }>['data'],
  'obstacles' | 'nextAllowedAt' | 'callingHours' | 'dncFinding'
>;

function deferral(command: StartCall, lead: CallableLead, wait: Wait): CallEvent[] {
  const { settingsVersion, at } = command;
  const { leadId, deferral: known } = lead;
  const isSame = known?.obstacles.join() === wait.obstacles.join();
  if (isSame && isKnownUntil(known.nextAllowedAt, wait, at)) return [];
  const data = { leadId, ...wait, settingsVersion, deferredAt: at };
  return [{ type: 'DialDeferred', data }];
}

function attempted(
  command: StartCall,
  lead: CallableLead,
  { hours, attemptsIn24Hours, attemptsMax24Hours }: Extract<DialVerdict, { allowed: true }>,
  { dncFinding }: Findings,
): CallEvent {
  const { callId, record, settingsVersion, dnc, at } = command;
  const permission = {
    ...{ callingHours: hours, attemptsIn24Hours, attemptsMax24Hours, settingsVersion },
    ...{ suppressionEntryId: null, dncOutcome: dnc.outcome },
    dncFinding,
  };
  const attempt = lead.past.length + 1;
  const { leadId, mode } = lead;
  const { machineDetection } = command;
  const call = { callId, attempt, permission, record, machineDetection };
  return { type: 'CallAttempted', data: { leadId, mode, ...call, attemptedAt: at } };
}

function exhausted(
  { leadId, past }: CallableLead,
  reason: 'attempts_exhausted' | 'window_over' | 'erased',
  at: string,
): CallEvent[] {
  const data = { leadId, reason, attempts: past.length, exhaustedAt: at };
  return [{ type: 'LeadExhausted', data }];
}

/** Nobody is left to call: the person’s data were erased. */
export function giveUpErased({ at }: GiveUpErased, lead: CallableLead): CallEvent[] {
  return lead.current !== null || lead.closure !== null ? [] : exhausted(lead, 'erased', at);
}

/** The order came to nothing, for certain, and so does the call. */
export function recordRefusal(
  { provider, providerCode, concerns, at }: RecordRefusal,
  lead: CallableLead,
  call: OpenCall,
): CallEvent[] {
  if (call.providerCallId !== null) return [];
  const ids = { leadId: lead.leadId, callId: call.callId };
  const data = { ...ids, provider, providerCode, concerns, refusedAt: at };
  const ending = { leg: 'none', unanswered: 'failed', durationSeconds: null, at } as const;
  return [{ type: 'CallRefused', data }, ...endCall(lead, call, ending)];
}

/** Closes a call of which nothing is heard any more, so that it holds nobody up (BU-7). */
export function closeLostCall(
  { at }: CloseLostCall,
  lead: CallableLead,
  call: OpenCall,
): CallEvent[] {
  return endCall(lead, call, { leg: 'none', unanswered: 'lost', durationSeconds: null, at });
}
