import { DomainError, type TenantId } from '#libs/kernel';
import { type CallSearch, type ProviderCall, type Telephony } from '#libs/telephony';
import { isSpokenToMachine } from '../domain/answerer.js';
import { type PresumeMeeting } from '../domain/calls.commands.js';
import { msBetween } from '../domain/instants.js';
import {
  type CallableLead,
  type OpenCall,
  openTransfer,
  type Transfer,
} from '../domain/lead-calls.js';
import { besides, type CallContext, type CallDesk, type OnDesk } from './call-desk.js';
import { presenceOf } from './consumer-presence.js';
import { foundLeg } from './leg-report.js';

/** What the watchdog needs to know of a call to find it at the provider. */
export interface WatchedCall {
  readonly leadId: string;
  readonly callId: string;
  /** The consumer’s number, E.164; `null` once erased. */
  readonly to: string | null;
}

/** Limits of patience, in milliseconds of our clock. */
export interface WatchLimits {
  /** A call the provider does not know is given up after this. */
  readonly unknownMs: number;
  /** Any call is closed after this: longer than the provider lets one last. */
  readonly longestMs: number;
}

/** Four hours and a bit: no provider’s call lasts longer. */
export const watchLimits: WatchLimits = { unknownMs: 60_000, longestMs: 4.2 * 3_600_000 };

/** How far the provider’s clock may be behind ours. */
const CLOCKS_APART_MS_MAX = 30_000;

type Watched = OnDesk & { readonly call: OpenCall };

/**
 * Asks the provider where a call stands whose reports may be lost, and says so on its stream, so
 * that every call ends and no slot is held for ever (BU-7).
 */
export class CallWatch {
  constructor(
    private readonly desk: CallDesk,
    private readonly telephony: Telephony,
    private readonly limits: WatchLimits = watchLimits,
  ) {}

  /**
   * Resolves to whether the call is over now. Rejects while the provider is out of reach, or
   * refuses to say; but not for a call that has lasted too long, which is closed with its transfer
   * all the same.
   */
  async check(watched: WatchedCall, context: CallContext): Promise<boolean> {
    const before = await this.#open(watched);
    if (before === null) return true;
    const isOverdue = this.#ageMs(before.call) > this.limits.longestMs;
    try {
      await this.#checkLegs(watched, before, context);
    } catch (error) {
      if (!isOverdue || !(error instanceof DomainError)) throw error;
    }
    const after = await this.#open(watched);
    if (after === null || !isOverdue) return after === null;
    await this.#closeOverdue(watched, after, context);
    return (await this.#open(watched)) === null;
  }

  async #checkLegs(watched: WatchedCall, before: Watched, context: CallContext): Promise<void> {
    const transfer = openTransfer(before.call);
    if (transfer !== null) await this.#checkTransfer(watched, before, transfer, context);
    const after = transfer === null ? before : await this.#open(watched);
    if (after !== null) await this.#checkConsumer(watched, after, context);
  }

  #ageMs({ attemptedAt }: OpenCall): number {
    return msBetween(attemptedAt, this.desk.now());
  }

  /** Hangs up as far as the provider lets itself be asked: a closed account never does again. */
  async #closeOverdue(watched: WatchedCall, found: Watched, context: CallContext): Promise<void> {
    const known = await this.#findConsumer(found.lead, found.call, watched.to).catch(() => null);
    const sid = found.call.providerCallId ?? known?.providerCallId ?? null;
    if (sid !== null) await this.telephony.endCall(sid).catch(() => undefined);
    await this.#closeLost(watched, found.tenantId, context);
  }

  async #closeLost(
    { leadId, callId }: WatchedCall,
    tenantId: TenantId,
    context: CallContext,
  ): Promise<void> {
    const command = { type: 'CloseLostCall', callId, at: this.desk.now() } as const;
    await this.desk.run(tenantId, leadId, command, context);
  }

  async #open({ leadId, callId }: WatchedCall): Promise<Watched | null> {
    const found = await this.desk.look(leadId);
    const call = found?.lead.current ?? null;
    return found === null || call?.callId !== callId ? null : { ...found, call };
  }

  async #checkConsumer(
    watched: WatchedCall,
    { tenantId, lead, call }: Watched,
    context: CallContext,
  ): Promise<void> {
    const { leadId, callId, to } = watched;
    const known = await this.#findConsumer(lead, call, to);
    if (known === null) {
      const isLost = this.#ageMs(call) > this.limits.unknownMs;
      if (isLost) await this.#closeLost(watched, tenantId, context);
      return;
    }
    const leg = { ...foundLeg(known), provider: this.telephony.name, at: this.desk.now() };
    const command = { type: 'ReportConsumerLeg', callId, ...leg } as const;
    const { state } = await this.desk.run(tenantId, leadId, command, context);
    const after = state.status === 'absent' ? null : state.current;
    if (after?.callId !== callId || !isSpokenToMachine(after)) return;
    // Whoever found the machine out could not hang up. Its end is reported, or found next time.
    await this.telephony.endCall(known.providerCallId);
  }

  /** Whoever is still on the line is in the room, if they were sent there. */
  async #presumeMet(
    { leadId }: WatchedCall,
    tenantId: TenantId,
    ref: Omit<PresumeMeeting, 'type' | 'consumer'>,
    call: OpenCall,
    context: CallContext,
  ): Promise<void> {
    const consumer = await presenceOf(this.telephony, call);
    const own = besides(context, `${ref.transferId} met`);
    await this.desk.run(tenantId, leadId, { type: 'PresumeMeeting', ...ref, consumer }, own);
  }

  async #checkTransfer(
    watched: WatchedCall,
    { tenantId, call }: Watched,
    transfer: Transfer,
    context: CallContext,
  ): Promise<void> {
    const { leadId, callId, to } = watched;
    const { transferId, requestedAt } = transfer;
    const known = await this.#findDestination(call, transfer, to);
    const at = this.desk.now();
    const own = besides(context, transferId);
    const ref = { callId, transferId, at };
    if (known !== null) {
      const command = { type: 'ReportDestinationLeg', ...ref, ...foundLeg(known) } as const;
      await this.desk.run(tenantId, leadId, command, own);
      if (known.status === 'in_progress') {
        await this.#presumeMet(watched, tenantId, ref, call, context);
      }
    } else if (msBetween(requestedAt, at) > this.limits.unknownMs) {
      await this.desk.run(tenantId, leadId, { type: 'CloseLostTransfer', ...ref }, own);
    }
  }

  async #findConsumer(
    { past }: CallableLead,
    { providerCallId, callingNumber: from, attemptedAt: since }: OpenCall,
    to: string | null,
  ): Promise<ProviderCall | null> {
    if (providerCallId !== null) return this.telephony.lookUpCall(providerCallId);
    return to === null ? null : this.#search({ to, from, since }, past);
  }

  /**
   * Only where the consumer’s number was shown, from which nobody else calls this destination.
   * Calls that show a number of ours look all the same: whose they are, only their reports tell.
   */
  async #findDestination(
    { transfers }: OpenCall,
    { providerCallId, destinationAddress: to, presentedCallerId, requestedAt: since }: Transfer,
    consumer: string | null,
  ): Promise<ProviderCall | null> {
    if (providerCallId !== null) return this.telephony.lookUpCall(providerCallId);
    if (presentedCallerId !== null || consumer === null) return null;
    return this.#search({ to, from: consumer, since }, transfers);
  }

  /**
   * Where the provider’s answer was lost: by who was called from where and when. It is none of the
   * `others`, which have been recognised before.
   */
  async #search(
    { to, from, since }: CallSearch,
    others: readonly { readonly providerCallId: string | null }[],
  ): Promise<ProviderCall | null> {
    const earliest = new Date(Date.parse(since) - CLOCKS_APART_MS_MAX).toISOString();
    const known = new Set(others.map(({ providerCallId }) => providerCallId));
    const found = await this.telephony.findCalls({ to, from, since: earliest });
    return found.find(({ providerCallId }) => !known.has(providerCallId)) ?? null;
  }
}
