import { type Decider, DomainError } from '#libs/kernel';
import { type SuppressionData, type SuppressionEvent } from './suppression.events.js';

/** An entry of the list: never made, in force, or lifted. */
export type Suppression =
  | { readonly status: 'absent' }
  | { readonly status: 'lifted' }
  | { readonly status: 'active'; readonly entry: SuppressionData };

/** Puts an entry on the list. */
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
  const unchanged =
    state.status === 'active' &&
    state.entry.reason === entry.reason &&
    state.entry.expiresAt === entry.expiresAt;
  return unchanged ? [] : [{ type: 'NumberSuppressed', data: entry }];
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
  evolve: (_, event) => {
    switch (event.type) {
      case 'NumberSuppressed':
        return { status: 'active', entry: event.data };
      case 'SuppressionLifted':
        return { status: 'lifted' };
    }
  },
};
