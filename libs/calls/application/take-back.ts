import { type Telephony } from '#libs/telephony';
import { type OpenCall, openTransfer, type Transfer } from '../domain/lead-calls.js';
import { type CallContext, type CallDesk, type OnDesk } from './call-desk.js';

/** Why a consumer is taken back. */
export type TakeBackReason = 'stopped' | 'suppressed';

/**
 * Takes consumers back whom nobody is connected with yet: the transfer comes to its outcome, and
 * the destination rings no more, nor does the consumer.
 */
export class TakeBack {
  constructor(
    private readonly desk: CallDesk,
    private readonly telephony: Pick<Telephony, 'endCall'>,
  ) {}

  /**
   * A consumer who has not answered is rung no more. Else it does nothing where no destination is
   * dialed, or one is connected already. A leg that is only being ordered is ended by whoever
   * ordered it, who looks at the transfer afterwards. Safe to repeat.
   */
  async of(leadId: string, reason: TakeBackReason, context: CallContext): Promise<void> {
    const found = await this.desk.look(leadId);
    const call = found?.lead.current ?? null;
    if (found === null || call === null) return;
    if (call.answeredAt === null && call.providerCallId !== null) {
      await this.telephony.endCall(call.providerCallId);
    }
    const transfer = openTransfer(call);
    if (transfer !== null) await this.#withdraw(found, call, transfer, reason, context);
  }

  /**
   * The same where the destination is one that `refuses` names, and only there: others are dialed
   * for the consumer, whose call goes on. Safe to repeat.
   */
  async from(
    refuses: (destinationId: string) => boolean,
    leadId: string,
    context: CallContext,
  ): Promise<void> {
    const found = await this.desk.look(leadId);
    const call = found?.lead.current ?? null;
    const transfer = call === null ? null : openTransfer(call);
    if (found === null || call === null || transfer === null) return;
    if (!refuses(transfer.destinationId)) return;
    await this.#withdraw(found, call, transfer, 'suppressed', context);
  }

  async #withdraw(
    { tenantId, lead: { leadId } }: OnDesk,
    { callId }: OpenCall,
    { transferId, providerCallId }: Transfer,
    reason: TakeBackReason,
    context: CallContext,
  ): Promise<void> {
    const wish = { callId, transferId, reason, at: this.desk.now() };
    const command = { type: 'WithdrawTransfer', ...wish } as const;
    const { events } = await this.desk.run(tenantId, leadId, command, context);
    // An order that comes again tells what it did before, perhaps to another transfer.
    const isWithdrawn = events.some(
      ({ type, data }) => type === 'TransferFailed' && data.transferId === transferId,
    );
    if (!isWithdrawn || providerCallId === null) return;
    // `call_tidy` does so, too: at once where the stop must hold within a second.
    await this.telephony.endCall(providerCallId);
  }
}
