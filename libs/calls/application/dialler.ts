import { randomUUID } from 'node:crypto';
import { DomainError, type TenantId } from '#libs/kernel';
import { type Telephony } from '#libs/telephony';
import { callingNumberOf } from '../domain/calling-number.js';
import { dialsFor } from '../domain/dialing.js';
import { timeAfter } from '../domain/instants.js';
import { type CallableLead } from '../domain/lead-calls.js';
import { sellersOf } from '../domain/sellers.js';
import { type CallContext, type CallDesk, callIdOf } from './call-desk.js';
import { recordOf } from './call-record.js';
import { type ConsumerData, type Consumers } from './consumers.js';
import { type DestinationDirectory } from './destination-directory.js';
import { type EarlierCalls, earlierCalls } from './earlier-calls.js';
import { handoverOutlook } from './handover-outlook.js';
import { askedLead, leadFacts, placesOf } from './lead-facts.js';
import { detectionFor, machinesOn } from './machines-on.js';
import { type Candidate, goesOn, OrderCheck } from './order-check.js';
import { type OrderPace } from './order-pace.js';
import { isUnavailable, type Placement, placeOnce } from './place-call.js';
import {
  type DialingKnowledge,
  type ListAnswers,
  type ListChecks,
  type VoiceWatch,
} from './ports.js';
import { type ScriptLibrary, type ScriptVersion } from './script-library.js';
import { StopCheck } from './stop-check.js';
import { type VoiceUrls } from './voice-urls.js';

/**
 * What came of an attempt to dial. `refused`: the provider said no, and nobody was rung. `not_now`:
 * the tenant has stopped, paused the source, changed something this instant or does not dial at
 * all; a change of that is a reason to try again. `nothing`: the consumer is on a call, be it for
 * the lead before this one, or the lead is closed, not eligible, or already known to wait.
 */
export type DialOutcome = 'called' | 'refused' | 'deferred' | 'exhausted' | 'not_now' | 'nothing';

/** The outcome, and where in the log what was decided is; `null` if nothing was. */
export interface DialResult {
  readonly outcome: DialOutcome;
  readonly position: bigint | null;
  /** The code by which the provider refused; `null` where it gave none, or did not refuse. */
  readonly providerCode?: number | null;
}

/** What a {@link Dialler} is put together from. */
export interface DiallerParts {
  readonly desk: CallDesk;
  readonly dialing: Pick<DialingKnowledge, 'current'>;
  readonly lists: ListChecks;
  readonly voice: VoiceWatch;
  readonly scripts: Pick<ScriptLibrary, 'latest'>;
  readonly consumers: Consumers;
  /** As last heard. */
  readonly destinations: Pick<DestinationDirectory, 'of'>;
  readonly telephony: Telephony;
  readonly pace: Pick<OrderPace, 'consumerTurn'>;
  readonly urls: VoiceUrls;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
const WINDOW_MS = 30 * DAY_MS;
const ACTOR = { kind: 'system', id: 'dialer' } as const;

/** What was looked up for one call. */
interface LookedUp {
  readonly listed: ListAnswers;
  readonly suppressedSellers: readonly string[];
  readonly script: ScriptVersion;
  readonly earlier: EarlierCalls;
}

/**
 * Dials one lead, if everything allows it at this instant.
 *
 * The decision is in the log before the provider is asked, and the provider is asked only by the
 * run that decided: whatever happens in between, no consumer is called twice for one decision. If
 * it is not known whether the provider took the call on, its reports or the watchdog tell.
 */
export class Dialler {
  readonly #parts: DiallerParts;
  readonly #check: OrderCheck;

  constructor(parts: DiallerParts) {
    this.#parts = parts;
    this.#check = new OrderCheck(parts);
  }

  /** Rejects with `unavailable` errors when a server is out of reach; then nothing was dialed. */
  async dial(tenantId: TenantId, leadId: string): Promise<DialResult> {
    const { desk, dialing, consumers, telephony } = this.#parts;
    const stop = new StopCheck(this.#parts, tenantId);
    const [found, state] = await Promise.all([desk.look(leadId), dialing.current(tenantId)]);
    if (found?.tenantId !== tenantId || !mayBeCalled(found.lead, telephony)) return NOTHING;
    const { lead } = found;
    if (state === null || !dialsFor(state, lead.source)) return NOT_NOW;
    const person = await consumers.open(tenantId, lead);
    if (person === null) return this.#giveUp(tenantId, leadId);
    const candidate = { tenantId, lead, person, state, stop };
    const lookedUp = await this.#lookUp(candidate);
    if (lookedUp === null || !(await stop.mayDecide(lead.source))) return NOT_NOW;
    if (lookedUp.earlier.isOnCall) return NOTHING;
    return this.#decide(candidate, lookedUp);
  }

  /** An erased person would else be looked for again and again. */
  async #giveUp(tenantId: TenantId, leadId: string): Promise<DialResult> {
    const { desk } = this.#parts;
    const command = { type: 'GiveUpErased', at: desk.now() } as const;
    const { events, position } = await desk.run(tenantId, leadId, command, contextOf(leadId));
    return events.length === 0 ? NOTHING : { outcome: 'exhausted', position };
  }

  /** What others say of this call; `null` if there is no script for it. */
  async #lookUp({ tenantId, lead, person, state }: Candidate): Promise<LookedUp | null> {
    const { desk, lists, destinations } = this.#parts;
    const asked = askedLead(lead, person, state.settings);
    const [listed, suppressedSellers, script, earlier] = await Promise.all([
      lists.check(tenantId, asked, lead.dnc, desk.now()),
      lists.suppressedSellers(tenantId, asked, sellersOf(destinations.of(tenantId)), desk.now()),
      this.#script(tenantId, state.settings.scriptId),
      earlierCalls(desk, lead),
    ]);
    return script === null ? null : { listed, suppressedSellers, script, earlier };
  }

  async #decide(candidate: Candidate, lookedUp: LookedUp): Promise<DialResult> {
    const { listed, suppressedSellers, script, earlier } = lookedUp;
    const { tenantId, lead, person, state } = candidate;
    const { settings, version: settingsVersion } = state;
    const { leadId, receivedAt, past } = lead;
    const callId = callIdOf(leadId, past.length + 1);
    const at = this.#parts.desk.now();
    const destinations = this.#parts.destinations.of(tenantId);
    const command = {
      type: 'StartCall',
      ...{ callId, settings, settingsVersion, earlierAttempts: earlier.attempts, ...listed },
      ...{ places: placesOf(lead, person), facts: leadFacts(lead, person, {}) },
      record: recordOf(lead, settings, script),
      machineDetection: detectionFor(settings.machineDetection, digitsOf(person)),
      ...handoverOutlook(destinations, { lead, person, suppressedSellers }, at),
      ...{ until: timeAfter(receivedAt, WINDOW_MS), at },
    } as const;
    const context = contextOf(callId);
    const { events, position } = await this.#parts.desk.run(tenantId, leadId, command, context);
    const decided = events[0]?.type;
    const refused =
      decided === 'CallAttempted' ? await this.#place(candidate, callId, listed) : null;
    return refused ?? { outcome: OUTCOMES[decided ?? ''] ?? 'nothing', position };
  }

  /** Resolves to what came of it where nobody is called for certain. */
  async #place(
    candidate: Candidate,
    callId: string,
    listed: ListAnswers,
  ): Promise<DialResult | null> {
    const { telephony, urls, pace } = this.#parts;
    const { lead, person, state, stop } = candidate;
    const { settings } = state;
    const { leadId, phoneHash } = lead;
    const hasWaited = await pace.consumerTurn(leadId);
    if (!(await this.#check.mayPlace(candidate, callId, hasWaited ? listed : null))) {
      await this.#note(candidate, callId, null, 'canceled');
      return null;
    }
    const placement = await placeOnce(telephony, {
      ...{ to: person.phone, from: callingNumberOf(settings, phoneHash) },
      answerUrl: urls.answer(leadId, callId),
      statusUrl: urls.status(leadId, callId),
      ringSeconds: settings.ringSeconds,
      machines: machinesOn(
        detectionFor(settings.machineDetection, digitsOf(person)),
        urls.answerer(leadId, callId),
      ),
      sendDigits: digitsOf(person),
    });
    if (placement.kind === 'refused') return this.#noteRefusal(candidate, callId, placement);
    if (placement.kind !== 'placed') return null;
    const { providerCallId } = placement;
    const isOpen = await this.#note(candidate, callId, providerCallId, 'placed');
    // It was over before it was placed, or the stop was pulled while the order was under way:
    // nobody is to be rung for it.
    if (!isOpen || (await isPulled(stop, lead.source))) await telephony.endCall(providerCallId);
    return null;
  }

  async #noteRefusal(
    { tenantId, lead: { leadId } }: Candidate,
    callId: string,
    { providerCode, concerns }: Extract<Placement, { kind: 'refused' }>,
  ): Promise<DialResult> {
    const { desk, telephony } = this.#parts;
    const refusal = { provider: telephony.name, providerCode, concerns, at: desk.now() };
    const command = { type: 'RecordRefusal', callId, ...refusal } as const;
    const { position } = await desk.run(tenantId, leadId, command, contextOf(callId));
    return { outcome: 'refused', position, providerCode };
  }

  /** Resolves to whether the call goes on, as far as can be known. */
  async #note(
    { tenantId, lead: { leadId } }: Candidate,
    callId: string,
    providerCallId: string | null,
    status: 'placed' | 'canceled',
  ): Promise<boolean> {
    const { desk, telephony } = this.#parts;
    const leg = { provider: telephony.name, providerCallId, status, at: desk.now() } as const;
    const command = { type: 'ReportConsumerLeg', callId, ...leg, ...UNTOLD } as const;
    try {
      const { state } = await desk.run(tenantId, leadId, command, contextOf(callId));
      return state.status !== 'absent' && goesOn(state, callId);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      // What cannot be noted now is found out by the call’s reports, or by the watchdog.
      return true;
    }
  }

  /** The script as it was published last; `null` if it is not there or was retired. */
  async #script(tenantId: TenantId, scriptId: string): Promise<ScriptVersion | null> {
    try {
      const script = await this.#parts.scripts.latest(tenantId, scriptId);
      return script.isRetired ? null : script;
    } catch (error) {
      if (error instanceof DomainError && error.kind === 'not_found') return null;
      throw error;
    }
  }
}

/** Where the log is out of reach just then, whoever follows the stop ends the call. */
async function isPulled(stop: StopCheck, source: string | null): Promise<boolean> {
  try {
    return await stop.isPulled(source);
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return false;
  }
}

const OUTCOMES: Readonly<Partial<Record<string, DialOutcome>>> = {
  CallAttempted: 'called',
  DialDeferred: 'deferred',
  LeadExhausted: 'exhausted',
};
const NOTHING: DialResult = { outcome: 'nothing', position: null };
const NOT_NOW: DialResult = { outcome: 'not_now', position: null };
/** What only the provider’s own reports say. */
const UNTOLD = { answeredBy: null, durationSeconds: null } as const;

/**
 * Test leads are never dialed (IN-16), and a sandbox calls nobody real: its leads are for the
 * simulated network alone.
 */
function mayBeCalled(lead: CallableLead, { isSimulated }: Telephony): boolean {
  if (lead.mode === 'test' || (lead.sandbox && !isSimulated)) return false;
  return lead.eligible && lead.current === null && lead.closure === null;
}

/** Two seconds after the answer, the extension. */
function digitsOf({ phone_extension }: ConsumerData): string | null {
  return phone_extension === undefined ? null : `wwww${phone_extension}`;
}

function contextOf(causationId: string): CallContext {
  return { commandId: randomUUID(), actor: ACTOR, causationId };
}
