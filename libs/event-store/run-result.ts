import { type DomainEvent, fold } from '#libs/kernel';
import { type StoredEvent } from './catalog.js';
import { type Position } from './port.js';
import { type Folder } from './standing.js';

/** What came of a command: the same when it is run again. */
export interface RunResult<State, Event> {
  /** What the command decided, now or the first time it was run. */
  readonly events: readonly Event[];
  /** The state of the stream right after them; of now, if there are none. */
  readonly state: State;
  /** The revision that state belongs to; `null` if the stream has no events. */
  readonly revision: bigint | null;
  /** Where the last of the events is in the log; `null` if there are none. */
  readonly position: Position | null;
  /** The command had been run before; nothing was appended now. */
  readonly replayed: boolean;
}

/** What a command came to when it was run before; `null` if this history does not know it. */
export function recall<State, Event extends DomainEvent>(
  decider: Folder<State, Event>,
  history: readonly StoredEvent<Event>[],
  commandId: string,
): RunResult<State, Event> | null {
  const events = history.filter(({ metadata }) => metadata.commandId === commandId);
  const last = events.at(-1);
  if (last === undefined) return null;
  const { revision, position } = last;
  const until = history.filter((event) => event.revision <= revision);
  return { events, state: fold(decider, until), revision, position, replayed: true };
}
