import { randomUUID } from 'node:crypto';
import { type TenantId } from '#libs/kernel';
import { type VoiceReport, type VoiceStep } from '#libs/telephony';
import { type LegStatus } from '../domain/calls.commands.js';
import { hear, nextTurn } from '../domain/conversation.js';
import { answersOf, type CallableLead, type OpenCall } from '../domain/lead-calls.js';
import { type ScriptContent } from '../domain/script.events.js';
import { renderWhisper } from '../domain/whisper.js';
import { type CallContext, type CallDesk, type OnDesk } from './call-desk.js';
import { type Consumers } from './consumers.js';
import { type DestinationReader } from './destination-reader.js';
import { leadFacts } from './lead-facts.js';
import { type ScriptLibrary } from './script-library.js';
import { askSteps, disclosureSteps, goodbye, waitSteps } from './spoken.js';
import { disclosuresOf } from '../domain/disclosures.js';
import { legStatuses } from './watch-call.js';
import { conferenceOf, type VoiceUrls } from './voice-urls.js';

/** What a {@link VoiceDesk} is put together from. */
export interface VoiceDeskParts {
  readonly desk: CallDesk;
  readonly scripts: Pick<ScriptLibrary, 'version'>;
  readonly destinations: DestinationReader;
  readonly consumers: Consumers;
  readonly urls: VoiceUrls;
  /** The provider’s name, as events carry it. */
  readonly provider: string;
}

/** Which call a request of the provider is about. */
export interface CallRef {
  readonly leadId: string;
  readonly callId: string;
}

/** Which transfer a request of the provider is about. */
export interface TransferRef extends CallRef {
  readonly transferId: string;
}

type OnCall = OnDesk & { readonly call: OpenCall; readonly script: ScriptContent };

const HANG_UP: readonly VoiceStep[] = [{ hangUp: true }];

/**
 * Answers the telephony provider: what to say and do on a call now, and what its reports mean.
 *
 * Whatever is answered follows from the lead’s stream after the report was taken in, so a request
 * that comes twice, late or after a restart is answered as the call stands. A call that is over is
 * hung up.
 */
export class VoiceDesk {
  readonly #parts: VoiceDeskParts;

  constructor(parts: VoiceDeskParts) {
    this.#parts = parts;
  }

  /** The consumer’s leg was answered. */
  async consumerAnswered(ref: CallRef, report: VoiceReport): Promise<readonly VoiceStep[]> {
    const found = await this.#onCall(ref);
    if (found === null) return HANG_UP;
    const { script } = found;
    await this.#run(found, {
      type: 'BeginConversation',
      ...{ callId: ref.callId, provider: this.#parts.provider, at: this.#parts.desk.now() },
      ...{ providerCallId: report.providerCallId, answeredBy: report.answeredBy },
      ...{ agent: script.agent.kind, disclosures: disclosuresOf(script).map(({ kind }) => kind) },
    });
    return this.#nextSteps(ref, { opening: true });
  }

  /** What was said or pressed after a question was put for the `tries`th time. */
  async consumerReplied(
    ref: CallRef,
    questionId: string,
    tries: number,
    { digits, speech }: VoiceReport,
  ): Promise<readonly VoiceStep[]> {
    const found = await this.#onCall(ref);
    if (found === null) return HANG_UP;
    const { tenantId, lead, script } = found;
    const consumer = await this.#parts.consumers.open(tenantId, lead);
    const said = speech ?? '';
    await this.#run(found, {
      type: 'HearConsumer',
      ...{ callId: ref.callId, questionId, tries, script, at: this.#parts.desk.now() },
      heard: hear(script, questionId, { digits, speech }),
      facts: leadFacts(lead, consumer ?? {}, {}),
      personal: said === '' ? null : await this.#parts.consumers.sealVerbatim(tenantId, lead, said),
    });
    return this.#nextSteps(ref);
  }

  /** The provider asks how to go on, whatever was before. */
  next(ref: CallRef): Promise<readonly VoiceStep[]> {
    return this.#nextSteps(ref);
  }

  /** A leg was left alone by the other; there is nothing more to say. */
  released(): readonly VoiceStep[] {
    return HANG_UP;
  }

  /** Where the consumer’s leg stands. */
  async consumerReported(ref: CallRef, report: VoiceReport): Promise<void> {
    const found = await this.#parts.desk.require(ref.leadId);
    await this.#run(found, {
      type: 'ReportConsumerLeg',
      ...{ callId: ref.callId, provider: this.#parts.provider, at: this.#parts.desk.now() },
      ...legOf(report),
    });
  }

  /** A destination answered: it hears who is about to be connected. */
  async destinationAnswered(ref: TransferRef, report: VoiceReport): Promise<readonly VoiceStep[]> {
    const { leadId, callId, transferId } = ref;
    await this.destinationReported(ref, { ...report, status: 'in_progress' });
    const found = await this.#onCall(ref);
    const transfer = found?.call.transfers.find((one) => one.transferId === transferId);
    if (found === null || transfer === undefined || transfer.failure !== null) return HANG_UP;
    const { tenantId, lead, call, script } = found;
    const { whisper, acceptKey } = await this.#parts.destinations.settingsOf(
      tenantId,
      transfer.destinationId,
      transfer.destinationVersion,
    );
    const consumer = await this.#parts.consumers.open(tenantId, lead);
    const whispered = renderWhisper(whisper ?? '', {
      firstName: consumer?.first_name ?? null,
      state: lead.state,
      answers: answersOf(call),
    });
    const { language } = script;
    const actionUrl = this.#parts.urls.connect(leadId, callId, transferId);
    const says: VoiceStep[] = whispered === '' ? [] : [{ say: whispered, language }];
    if (acceptKey === null) return [...says, { redirect: actionUrl }];
    const prompt = `${whispered} Press ${acceptKey} to accept.`.trim();
    const gather = { prompt, language, actionUrl, digits: 1, speech: false, hints: [] };
    return [{ gather: { ...gather, timeoutSeconds: 8 } }];
  }

  /** The whisper is over: the destination joins the consumer, or is let go. */
  async destinationReady(ref: TransferRef, { digits }: VoiceReport): Promise<readonly VoiceStep[]> {
    const { leadId, callId, transferId } = ref;
    const found = await this.#onCall(ref);
    const transfer = found?.call.transfers.find((one) => one.transferId === transferId);
    if (found === null || transfer === undefined) return HANG_UP;
    const { acceptKey } = await this.#parts.destinations.settingsOf(
      found.tenantId,
      transfer.destinationId,
      transfer.destinationVersion,
    );
    const accepted = acceptKey === null ? null : digits === acceptKey;
    const at = this.#parts.desk.now();
    await this.#run(found, { type: 'ConnectDestination', callId, transferId, accepted, at });
    const after = await this.#onCall(ref);
    const bridged = after?.call.transfers.find((one) => one.transferId === transferId)?.bridgedAt;
    if (bridged == null) return HANG_UP;
    const actionUrl = this.#parts.urls.released(leadId, callId);
    return [{ join: { conference: conferenceOf(callId), actionUrl } }];
  }

  /** Where a destination’s leg stands. */
  async destinationReported(ref: TransferRef, report: VoiceReport): Promise<void> {
    const { callId, transferId } = ref;
    const found = await this.#parts.desk.require(ref.leadId);
    const at = this.#parts.desk.now();
    const leg = { ...legOf(report), callId, transferId, at };
    await this.#run(found, { type: 'ReportDestinationLeg', ...leg });
  }

  async #nextSteps(ref: CallRef, { opening = false } = {}): Promise<readonly VoiceStep[]> {
    const found = await this.#onCall(ref);
    if (found === null) return HANG_UP;
    const { lead, call, script, tenantId } = found;
    const { urls, consumers } = this.#parts;
    if (call.prequalification === 'qualified' && !call.routedOut) {
      const actionUrl = urls.released(ref.leadId, ref.callId);
      return waitSteps(script, conferenceOf(ref.callId), actionUrl);
    }
    if (call.prequalification !== 'running') return goodbye(script, call);
    const consumer = await consumers.open(tenantId, lead);
    const turn = nextTurn(script, call.answers, leadFacts(lead, consumer ?? {}, answersOf(call)));
    if (turn.kind !== 'ask') return HANG_UP;
    const tries = turn.tries;
    const actionUrl = urls.reply(ref.leadId, ref.callId, turn.questionId, tries);
    return [...(opening ? disclosureSteps(script) : []), ...askSteps(script, turn, actionUrl)];
  }

  /** The call, if it is the one the lead is on. Rejects with `call_not_found` for no such lead. */
  async #onCall({ leadId, callId }: CallRef): Promise<OnCall | null> {
    const found = await this.#parts.desk.require(leadId);
    const call = found.lead.current;
    if (call?.callId !== callId) return null;
    const { scriptId, scriptVersion } = call;
    const { scripts } = this.#parts;
    const { content } = await scripts.version(found.tenantId, scriptId, scriptVersion);
    return { ...found, call, script: content };
  }

  #run(
    { tenantId, lead }: { readonly tenantId: TenantId; readonly lead: CallableLead },
    command: Parameters<CallDesk['run']>[2],
  ) {
    return this.#parts.desk.run(tenantId, lead.leadId, command, context());
  }
}

/** Requests come again under other ids: what is the same is told by the stream, not by the id. */
function context(): CallContext {
  const commandId = randomUUID();
  return { commandId, actor: { kind: 'system', id: 'telephony' }, causationId: commandId };
}

function legOf({ providerCallId, status, answeredBy, durationSeconds }: VoiceReport) {
  const known: LegStatus = legStatuses[status];
  return { providerCallId, status: known, answeredBy, durationSeconds };
}
