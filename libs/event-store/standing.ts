import { type Decider, type DomainEvent, type TenantId } from '#libs/kernel';
import { type StoredEvent } from './catalog.js';
import { type Position } from './port.js';

/** Where a stream stands: all that a command to it needs to know. */
export interface Standing<State> {
  readonly state: State;
  /** The last revision; `null` if there is no event. */
  readonly revision: bigint | null;
  /** Where the last event is in the log, as far as that was told. */
  readonly position: Position | null;
  /** Whose stream it is; `null` if there is no event. */
  readonly tenantId: TenantId | null;
  /** Every command whose events are on it. */
  readonly commandIds: readonly string[];
}

/**
 * How events of a stream become a state. One object for all streams of a kind: it is remembered.
 */
export type Folder<State, Event extends DomainEvent> = Pick<
  Decider<State, never, Event>,
  'initialState' | 'evolve'
>;

/** Of a stream without events. */
export function nowhere<State>({
  initialState,
}: {
  readonly initialState: () => State;
}): Standing<State> {
  const state = initialState();
  return { state, revision: null, position: null, tenantId: null, commandIds: [] };
}

/** After one more event. */
export function withEvent<State, Event extends DomainEvent>(
  { evolve }: Pick<Folder<State, Event>, 'evolve'>,
  { state, commandIds }: Standing<State>,
  event: StoredEvent<Event>,
): Standing<State> {
  const { revision, position } = event;
  const { tenantId, commandId } = event.metadata;
  const isKnown = commandIds.at(-1) === commandId;
  return {
    ...{ state: evolve(state, event), revision, position, tenantId },
    commandIds: isKnown ? commandIds : [...commandIds, commandId],
  };
}

/** Of a stream with this history. */
export function standingOf<State, Event extends DomainEvent>(
  decider: Folder<State, Event>,
  history: readonly StoredEvent<Event>[],
): Standing<State> {
  return history.reduce((so, event) => withEvent(decider, so, event), nowhere(decider));
}
