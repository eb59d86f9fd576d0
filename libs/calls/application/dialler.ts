import { randomUUID } from 'node:crypto';
import { DomainError, type TenantId } from '#libs/kernel';
import { leadIdOf } from '#libs/privacy';
import { type Telephony } from '#libs/telephony';
import { type CallRecord } from '../domain/call.events.js';
import { type CallableLead } from '../domain/lead-calls.js';
import { type DialingSettings } from '../domain/dialing.events.js';
import { type ScriptLibrary, type ScriptVersion } from './script-library.js';
import { type CallContext, type CallDesk, callIdOf } from './call-desk.js';
import { type ConsumerData, type Consumers } from './consumers.js';
import { type DialingState } from '../domain/dialing.js';
import { type DialingKnowledge, type ListChecks } from './ports.js';
import { StopCheck } from './stop-check.js';
import { type VoiceUrls } from './voice-urls.js';

/**
 * What came of an attempt to dial. `not_now`: the tenant has stopped, paused the source or does not
 * dial at all, and a change of that is a reason to try again. `nothing`: the lead is on a call,
 * closed, not eligible, erased, or already known to wait.
 */
export type DialOutcome = 'called' | 'deferred' | 'exhausted' | 'not_now' | 'nothing';

/** The outcome, and where in the log what was decided is; `null` if nothing was. */
export interface DialResult {
  readonly outcome: DialOutcome;
  readonly position: bigint | null;
}

/** What a {@link Dialler} is put together from. */
export interface DiallerParts {
  readonly desk: CallDesk;
  readonly dialing: Pick<DialingKnowledge, 'current'>;
  readonly lists: ListChecks;
  readonly scripts: Pick<ScriptLibrary, 'latest'>;
  readonly consumers: Consumers;
  readonly telephony: Telephony;
  readonly urls: VoiceUrls;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
const WINDOW_MS = 30 * DAY_MS;
const ACTOR = { kind: 'system', id: 'dialer' } as const;

/**
 * Dials one lead, if everything allows it at this instant.
 *
 * The decision is in the log before the provider is asked, and the provider is asked only by the run
 * that decided: whatever happens in between, no consumer is called twice for one decision. If it is
 * not known whether the provider took the call on, its reports or the watchdog tell.
 */
export class Dialler {
  readonly #parts: DiallerParts;

  constructor(parts: DiallerParts) {
    this.#parts = parts;
  }

  /** Rejects with `unavailable` errors when a server is out of reach; then nothing was dialed. */
  async dial(tenantId: TenantId, leadId: string): Promise<DialResult> {
    const { desk, dialing } = this.#parts;
    const stop = new StopCheck(dialing, tenantId);
    const [found, state] = await Promise.all([desk.look(leadId), dialing.current(tenantId)]);
    if (found?.tenantId !== tenantId || !mayBeCalled(found.lead, this.#parts.telephony)) {
      return NOTHING;
    }
    const { lead } = found;
    if (state === null || !isOpen(state, lead)) return { outcome: 'not_now', position: null };
    const person = await this.#parts.consumers.open(tenantId, lead);
    return person === null ? NOTHING : this.#start(tenantId, lead, state, person, stop);
  }

  async #start(
    tenantId: TenantId,
    lead: CallableLead,
    { settings, version }: DialingState,
    person: ConsumerData,
    stop: StopCheck,
  ): Promise<DialResult> {
    const { desk, lists } = this.#parts;
    const { leadId, phoneHash, dnc } = lead;
    const at = desk.now();
    const [listed, script, earlierAttempts] = await Promise.all([
      lists.check(tenantId, { e164: person.phone, phoneHash }, dnc, at),
      this.#script(tenantId, settings.scriptId),
      this.#earlierAttempts(lead),
    ]);
    if (script === null || !(await stop.mayPlace())) return { outcome: 'not_now', position: null };
    const callId = callIdOf(leadId, lead.past.length + 1);
    const context = contextOf(callId);
    const { events, position } = await desk.run(
      tenantId,
      leadId,
      {
        type: 'StartCall',
        ...{ callId, settings, settingsVersion: version, earlierAttempts, ...listed, at },
        places: placesOf(lead, person),
        record: recordOf(lead, settings, script),
        until: new Date(Date.parse(lead.receivedAt) + WINDOW_MS).toISOString(),
      },
      context,
    );
    const [decided] = events;
    if (decided?.type === 'CallAttempted') {
      await this.#place(tenantId, lead, person, { callId, settings, context, stop });
      return { outcome: 'called', position };
    }
    if (decided?.type === 'DialDeferred') return { outcome: 'deferred', position };
    return { outcome: decided === undefined ? 'nothing' : 'exhausted', position };
  }

  async #place(
    tenantId: TenantId,
    { leadId, phoneHash }: CallableLead,
    person: ConsumerData,
    { callId, settings, context, stop }: Placing,
  ): Promise<void> {
    const { desk, telephony, urls } = this.#parts;
    const report = (providerCallId: string | null, status: 'placed' | 'failed' | 'canceled') =>
      desk.run(
        tenantId,
        leadId,
        {
          type: 'ReportConsumerLeg',
          ...{ callId, provider: telephony.name, providerCallId, status },
          ...{ answeredBy: null, durationSeconds: null, at: desk.now() },
        },
        { ...context, commandId: randomUUID() },
      );
    if (!(await stop.mayPlace())) {
      await report(null, 'canceled');
      return;
    }
    let placed: { readonly providerCallId: string };
    try {
      placed = await telephony.placeCall({
        ...{ to: person.phone, from: callingNumberOf(settings, phoneHash) },
        answerUrl: urls.answer(leadId, callId),
        statusUrl: urls.status(leadId, callId),
        ringSeconds: settings.ringSeconds,
        detectMachines: settings.detectMachines,
        sendDigits: digitsOf(person),
      });
    } catch (error) {
      // Refused for certain. Anything else may have been placed: its reports or the watchdog tell.
      if (isRefusal(error)) await report(null, 'failed');
      return;
    }
    const { state } = await report(placed.providerCallId, 'placed');
    const current = state.status === 'absent' ? null : state.current;
    // It was over before it was placed: nobody is to be rung for it.
    if (current?.callId !== callId) await telephony.endCall(placed.providerCallId);
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

  /** Calls of the phone’s lead before this one, which a new lead does not make forgotten. */
  async #earlierAttempts({ ordinal, phoneHash, mode }: CallableLead): Promise<string[]> {
    if (ordinal === 0) return [];
    const before = await this.#parts.desk.look(leadIdOf(phoneHash, mode, ordinal - 1));
    if (before === null) return [];
    const { past, current } = before.lead;
    return [...past, ...(current === null ? [] : [current])].map(({ attemptedAt }) => attemptedAt);
  }
}

interface Placing {
  readonly stop: StopCheck;
  readonly callId: string;
  readonly settings: DialingSettings;
  readonly context: CallContext;
}

const NOTHING: DialResult = { outcome: 'nothing', position: null };

/**
 * Test leads are never dialed (IN-16), and a sandbox calls nobody real: its leads are for the
 * simulated network alone.
 */
function mayBeCalled(lead: CallableLead, { isSimulated }: Telephony): boolean {
  if (lead.mode === 'test' || (lead.sandbox && !isSimulated)) return false;
  return lead.eligible && lead.current === null && lead.closure === null;
}

function isOpen({ stopped, pausedSources }: DialingState, { source }: CallableLead): boolean {
  return !stopped && (source === null || !pausedSources.includes(source));
}

/** Where the consumer may be. */
export function placesOf(
  { state, areaCode, country }: CallableLead,
  { zip = null }: { zip?: string | null },
) {
  return { state, zip, areaCode, country };
}

function recordOf(
  { phoneHash }: CallableLead,
  settings: DialingSettings,
  script: { readonly scriptId: string; readonly version: number },
): CallRecord {
  const { telemarketer, seller, offering, callerIdName, callerIdAuthorisation } = settings;
  return {
    ...{ telemarketer, seller, offering, callerIdName, callerIdAuthorisation },
    ...{ calledParty: 'consumer', direction: 'outbound', prerecorded: true },
    callingNumber: callingNumberOf(settings, phoneHash),
    calledNumberHash: phoneHash,
    ...{ scriptId: script.scriptId, scriptVersion: script.version },
  };
}

/** One of our numbers, the same for a consumer as long as the numbers are. */
export function callingNumberOf({ callingNumbers }: DialingSettings, phoneHash: string): string {
  const sum = Buffer.from(phoneHash).reduce((total, byte) => total + byte, 0);
  const number = callingNumbers[sum % callingNumbers.length];
  if (number === undefined) throw new Error('A tenant that dials has a number to call from.');
  return number;
}

/** Two seconds after the answer, the extension. */
function digitsOf({ phone_extension }: ConsumerData): string | null {
  return phone_extension === undefined ? null : `wwww${phone_extension}`;
}

function contextOf(causationId: string): CallContext {
  return { commandId: randomUUID(), actor: ACTOR, causationId };
}

/** Whether the provider has certainly not taken the call on. */
export function isRefusal(error: unknown): boolean {
  return error instanceof DomainError && error.kind !== 'unavailable';
}
