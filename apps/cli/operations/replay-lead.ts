import { type Actor } from '#libs/kernel';
import { type Lead, leadDecider } from '#libs/leads';
import { type StackConnection } from '../connection/stack-connection.js';
import { changesBetween, type FieldChange } from './field-changes.js';
import { leadHistory, type LeadQuestion } from './lead-history.js';

/** What one event made of the state before it. */
export interface ReplayStep {
  readonly revision: bigint;
  readonly type: string;
  readonly recordedAt: string;
  readonly actor: Actor;
  readonly changes: readonly FieldChange[];
}

/** A lead's stream folded anew, step by step, by the code that decides about leads. */
export interface LeadReplay {
  readonly leadId: string;
  readonly tenantId: string;
  readonly steps: readonly ReplayStep[];
  /** Where it ends. */
  readonly state: Lead;
}

/** Folds a lead's stream. Rejects with `lead_not_found`. */
export async function replayLead(
  stack: StackConnection,
  question: LeadQuestion,
): Promise<LeadReplay> {
  const { leadId, tenantId, entries } = await leadHistory(stack, question);
  let state = leadDecider.initialState();
  const steps = entries.map(({ event }): ReplayStep => {
    const before = state;
    state = leadDecider.evolve(state, event);
    return {
      revision: event.revision,
      type: event.type,
      recordedAt: event.recordedAt.toISOString(),
      actor: event.metadata.actor,
      changes: changesBetween(before, state),
    };
  });
  return { leadId, tenantId, steps, state };
}
