import { type CommandRunner, type Folder } from '#libs/event-store';
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
  /** By transfer, in the order they were requested. */
  readonly transfers: ReadonlyMap<string, DestinationLeg>;
}

/** The legs of a lead’s calls. */
type LegsByCall = ReadonlyMap<string, CallLegs>;

const NOBODY: CallLegs = { consumer: null, transfers: new Map() };

/** Knows the legs of calls, over or not, from the streams of their leads. */
export class LegRegister {
  constructor(private readonly runner: CommandRunner) {}

  async legsOf(leadId: string, callId: string): Promise<CallLegs> {
    const { state } = await this.runner.standing(leadStream(leadId), legsOfLead);
    return state.get(callId) ?? NOBODY;
  }
}

const legsOfLead: Folder<LegsByCall, LeadStreamEvent> = {
  initialState: () => new Map(),
  evolve: (calls, event) => {
    const callId = 'callId' in event.data ? event.data.callId : null;
    if (callId === null) return calls;
    const before = calls.get(callId) ?? NOBODY;
    const after = withEvent(before, event);
    return after === before ? calls : new Map(calls).set(callId, after);
  },
};

function withEvent(legs: CallLegs, { type, data }: LeadStreamEvent): CallLegs {
  if (type === 'CallPlaced') return { ...legs, consumer: data.providerCallId };
  if (type === 'TransferRequested') {
    const { transferId, destinationId } = data;
    return withLeg(legs, transferId, { destinationId, providerCallId: null });
  }
  if (type !== 'DestinationDialed') return legs;
  const { transferId, providerCallId } = data;
  const known = legs.transfers.get(transferId);
  return known === undefined ? legs : withLeg(legs, transferId, { ...known, providerCallId });
}

function withLeg(legs: CallLegs, transferId: string, leg: DestinationLeg): CallLegs {
  return { ...legs, transfers: new Map(legs.transfers).set(transferId, leg) };
}
