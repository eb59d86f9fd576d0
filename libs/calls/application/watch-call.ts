import { isOver, type ProviderCall, type Telephony } from '#libs/telephony';
import { besides, type CallContext, type CallDesk, type OnDesk } from './call-desk.js';
import { type LegStatus } from '../domain/calls.commands.js';
import { type OpenCall, openTransfer, type Transfer } from '../domain/lead-calls.js';

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

  /** Resolves to whether the call is over now. Rejects while the provider is out of reach. */
  async check(watched: WatchedCall, context: CallContext): Promise<boolean> {
    const before = await this.#open(watched);
    if (before === null) return true;
    const transfer = openTransfer(before.call);
    if (transfer !== null) await this.#checkTransfer(watched, before, transfer, context);
    const after = await this.#open(watched);
    if (after === null) return true;
    await this.#checkConsumer(watched, after, context);
    return (await this.#open(watched)) === null;
  }

  async #open({ leadId, callId }: WatchedCall): Promise<(OnDesk & { call: OpenCall }) | null> {
    const found = await this.desk.look(leadId);
    const call = found?.lead.current ?? null;
    return found === null || call?.callId !== callId ? null : { ...found, call };
  }

  async #checkConsumer(
    { leadId, callId, to }: WatchedCall,
    { tenantId, lead, call }: OnDesk & { readonly call: OpenCall },
    context: CallContext,
  ): Promise<void> {
    const { providerCallId, callingNumber, attemptedAt } = call;
    const others = lead.past.map((past) => past.providerCallId);
    const search = { to, from: callingNumber, since: attemptedAt, others };
    const known = await this.#find(providerCallId, search);
    const at = this.desk.now();
    const ageMs = Date.parse(at) - Date.parse(attemptedAt);
    const tooOld = ageMs > this.limits.longestMs;
    if (tooOld || (known === null && ageMs > this.limits.unknownMs)) {
      if (known !== null) await this.telephony.endCall(known.providerCallId);
      await this.desk.run(tenantId, leadId, { type: 'CloseLostCall', callId, at }, context);
      return;
    }
    if (known === null) return;
    const leg = { ...legOf(known), provider: this.telephony.name, at };
    await this.desk.run(tenantId, leadId, { type: 'ReportConsumerLeg', callId, ...leg }, context);
  }

  async #checkTransfer(
    { leadId, callId, to }: WatchedCall,
    { tenantId, call }: OnDesk & { readonly call: OpenCall },
    transfer: Transfer,
    context: CallContext,
  ): Promise<void> {
    const { transferId, providerCallId, destinationAddress, requestedAt } = transfer;
    // Calls that show a number of ours look all the same: whose they are, only their reports tell.
    const from = transfer.presentedCallerId === null ? to : null;
    const others = call.transfers.map((other) => other.providerCallId);
    const search = { to: destinationAddress, from, since: requestedAt, others };
    const known = await this.#find(providerCallId, search);
    const at = this.desk.now();
    const lost = Date.parse(at) - Date.parse(requestedAt) > this.limits.unknownMs;
    if (known === null && lost) {
      const command = { type: 'CloseLostTransfer', callId, transferId, at } as const;
      await this.desk.run(tenantId, leadId, command, besides(context, transferId));
    }
    if (known === null) return;
    const command = {
      type: 'ReportDestinationLeg',
      callId,
      transferId,
      ...legOf(known),
      at,
    } as const;
    await this.desk.run(tenantId, leadId, command, besides(context, transferId));
  }

  /** By its name, or, where the provider’s answer was lost, by who was called from where and when. */
  async #find(
    providerCallId: string | null,
    { to, from, since, others }: LegSearch,
  ): Promise<ProviderCall | null> {
    if (providerCallId !== null) return this.telephony.lookUpCall(providerCallId);
    if (to === null || from === null) return null;
    const earliest = new Date(Date.parse(since) - CLOCKS_APART_MS_MAX).toISOString();
    const found = await this.telephony.findCalls({ to, from, since: earliest });
    return found.find((call) => !others.includes(call.providerCallId)) ?? null;
  }
}

interface LegSearch {
  /** `null`: not known, and nothing can be found. */
  readonly to: string | null;
  readonly from: string | null;
  readonly since: string;
  /** Names of other calls, which it is not. */
  readonly others: readonly (string | null)[];
}

/** How far the provider’s clock may be behind ours. */
const CLOCKS_APART_MS_MAX = 30_000;

function legOf({ providerCallId, status, answeredBy, durationSeconds }: ProviderCall) {
  const known = isOver(status) ? durationSeconds : null;
  return { providerCallId, status: STATUSES[status], answeredBy, durationSeconds: known };
}

const STATUSES = {
  queued: 'placed',
  initiated: 'placed',
  ringing: 'ringing',
  in_progress: 'in_progress',
  completed: 'completed',
  busy: 'busy',
  no_answer: 'no_answer',
  failed: 'failed',
  canceled: 'canceled',
} as const satisfies Record<ProviderCall['status'], LegStatus>;

export { STATUSES as legStatuses };
