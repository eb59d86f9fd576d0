import { type Decider, DomainError } from '#libs/kernel';
import { standingEntry } from './standing-entry.js';
import { type SuppressionData, type SuppressionEvent } from './suppression.events.js';

/** An entry of the list: never made, in force, or lifted. */
export type Suppression =
  | { readonly status: 'absent' }
  | { readonly status: 'lifted' }
  | { readonly status: 'active'; readonly entry: SuppressionData };

/** Puts an entry on the list; one that is there is never weakened by it. */
export interface SuppressNumber {
  readonly type: 'SuppressNumber';
  readonly entry: SuppressionData;
}

/** Takes an entry off the list; `liftedAt` is ISO-8601 UTC. */
export interface LiftSuppression {
  readonly type: 'LiftSuppression';
  readonly entryId: string;
  readonly reason: string;
  readonly liftedAt: string;
}

/** What can be wished of an entry. */
export type SuppressionCommand = SuppressNumber | LiftSuppression;

/** Whether the entry counts at `now` (ISO-8601). */
export function isInForce(suppression: Suppression, now: string): boolean {
  return suppression.status === 'active' && !hasExpired(suppression.entry, now);
}

function hasExpired(entry: SuppressionData, now: string): boolean {
  return entry.expiresAt !== null && Date.parse(entry.expiresAt) <= Date.parse(now);
}

function suppress({ entry }: SuppressNumber, state: Suppression): SuppressionEvent[] {
  const data = state.status === 'active' ? standingEntry(state.entry, entry) : entry;
  const isUnchanged = state.status === 'active' && data === state.entry;
  return isUnchanged ? [] : [{ type: 'NumberSuppressed', data }];
}

function lift(command: LiftSuppression, state: Suppression): SuppressionEvent[] {
  if (state.status === 'absent') throw suppressionNotFound();
  if (state.status === 'lifted') return [];
  const { entryId, reason, liftedAt } = command;
  return [{ type: 'SuppressionLifted', data: { entryId, reason, liftedAt } }];
}

/** There is no such entry on this tenant's list. */
export function suppressionNotFound(): DomainError {
  return new DomainError(
    'not_found',
    'suppression_not_found',
    'There is no such entry on the suppression list. List the entries to find its id.',
  );
}

/** An entry of a tenant's suppression list (CO-4). */
export const suppressionDecider: Decider<Suppression, SuppressionCommand, SuppressionEvent> = {
  initialState: () => ({ status: 'absent' }),
  decide: (command, state) => {
    switch (command.type) {
      case 'SuppressNumber':
        return suppress(command, state);
      case 'LiftSuppression':
        return lift(command, state);
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'NumberSuppressed': {
        const { data } = event;
        const entry = state.status === 'active' ? standingEntry(state.entry, data) : data;
        return { status: 'active', entry };
      }
      case 'SuppressionLifted':
        return { status: 'lifted' };
    }
  },
};
