/**
 * The one shape every aggregate has: what a command decides, and how an event changes state.
 *
 * Both functions are pure, synchronous and total. Time, ids and lookups arrive inside the command.
 * A command that is already satisfied decides `[]`; a nonsensical one throws a {@link DomainError}.
 * `evolve` never throws on history and never validates.
 */
export interface Decider<State, Command, Event> {
  readonly decide: (command: Command, state: State) => Event[];
  readonly evolve: (state: State, event: Event) => State;
  readonly initialState: () => State;
}

/** The state a history leads to. */
export function fold<State, Event>(
  decider: Pick<Decider<State, never, Event>, 'evolve' | 'initialState'>,
  events: Iterable<Event>,
): State {
  let state = decider.initialState();
  for (const event of events) state = decider.evolve(state, event);
  return state;
}
