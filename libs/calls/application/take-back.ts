import { type Telephony } from '#libs/telephony';
import { openTransfer } from '../domain/lead-calls.js';
import { type CallContext, type CallDesk } from './call-desk.js';

/** Why a consumer is taken back. */
export type TakeBackReason = 'stopped' | 'suppressed';

/**
 * Takes consumers back whom nobody is connected with yet: the transfer comes to its outcome, and the
 * destination rings no more, nor does the consumer.
 */
export class TakeBack {
  constructor(
    private readonly desk: CallDesk,
    private readonly telephony: Pick<Telephony, 'endCall'>,
  ) {}

  /**
   * A consumer who has not answered is rung no more. Else it does nothing where no destination is
   * dialed, or one is connected already. A leg that is only being ordered is ended by whoever ordered
   * it, who looks at the transfer afterwards. Safe to repeat.
   */
  async of(leadId: string, reason: TakeBackReason, context: CallContext): Promise<void> {
    const found = await this.desk.look(leadId);
    const call = found?.lead.current ?? null;
    const transfer = call === null ? null : openTransfer(call);
    if (found === null || call === null) return;
    if (call.answeredAt === null && call.providerCallId !== null) {
      await this.telephony.endCall(call.providerCallId);
    }
    if (transfer === null) return;
    const { transferId, providerCallId } = transfer;
    const wish = { callId: call.callId, transferId, reason, at: this.desk.now() };
    const command = { type: 'WithdrawTransfer', ...wish } as const;
    const { events } = await this.desk.run(found.tenantId, leadId, command, context);
    if (events.length === 0 || providerCallId === null) return;
    // `call_tidy` does so, too: at once where the stop must hold within a second.
    await this.telephony.endCall(providerCallId);
  }
}
