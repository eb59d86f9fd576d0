import { type CommandRunner } from '#libs/event-store';
import { leadStream } from '#events/leads';
import { type LeadStreamEvent } from '../domain/lead-calls.js';

/** A destination’s leg; what the provider never told of is null. */
export interface DestinationLeg {
  readonly destinationId: string;
  readonly providerCallId: string | null;
}

/** The legs of a call at the provider. */
export interface CallLegs {
  readonly consumer: string | null;
  /** By transfer. */
  readonly transfers: ReadonlyMap<string, DestinationLeg>;
}

/** Knows the legs of calls, over or not, from the histories of their leads. */
export class LegRegister {
  constructor(private readonly runner: CommandRunner) {}

  async legsOf(leadId: string, callId: string): Promise<CallLegs> {
    const history = await this.runner.history<LeadStreamEvent>(leadStream(leadId));
    let consumer: string | null = null;
    const transfers = new Map<string, DestinationLeg>();
    for (const { type, data } of history) {
      if (!('callId' in data) || data.callId !== callId) continue;
      if (type === 'CallPlaced') consumer = data.providerCallId;
      if (type === 'TransferRequested') {
        const { transferId, destinationId } = data;
        transfers.set(transferId, { destinationId, providerCallId: null });
      }
      if (type === 'DestinationDialed') {
        const known = transfers.get(data.transferId);
        if (known === undefined) continue;
        transfers.set(data.transferId, { ...known, providerCallId: data.providerCallId });
      }
    }
    return { consumer, transfers };
  }
}
