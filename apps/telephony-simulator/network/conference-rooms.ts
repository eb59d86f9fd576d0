/** How somebody takes part in a conference. */
export interface Manner {
  /** Whether the conversation may begin once they are there. */
  readonly startsOnEnter: boolean;
  /** Whether the conversation is over for everybody once they leave. */
  readonly endsOnExit: boolean;
}

/** A place in a conference. */
export interface Seat {
  /** Resolves when the conversation has begun and somebody else is there. */
  readonly talking: Promise<void>;
  /** Resolves when the conference ends without this seat having left. */
  readonly ended: Promise<void>;
  /** May be called twice. */
  readonly leave: () => void;
}

interface Taken {
  readonly manner: Manner;
  readonly talk: () => void;
  readonly end: () => void;
}

/** Rooms by their name. A room is there as long as somebody is in it. */
export class ConferenceRooms {
  readonly #rooms = new Map<string, Set<Taken>>();

  /** Music is heard until somebody is there who may begin, and somebody else. */
  enter(name: string, manner: Manner): Seat {
    const talking = Promise.withResolvers<undefined>();
    const ended = Promise.withResolvers<undefined>();
    const seat: Taken = {
      manner,
      talk: () => {
        talking.resolve(undefined);
      },
      end: () => {
        ended.resolve(undefined);
      },
    };
    const room = (this.#rooms.get(name) ?? new Set()).add(seat);
    this.#rooms.set(name, room);
    startIfComplete(room);
    return {
      talking: talking.promise,
      ended: ended.promise,
      leave: () => {
        this.#leave(name, room, seat);
      },
    };
  }

  #leave(name: string, room: Set<Taken>, seat: Taken): void {
    if (!room.delete(seat)) return;
    if (seat.manner.endsOnExit) {
      for (const other of room) other.end();
      room.clear();
    }
    if (room.size === 0 && this.#rooms.get(name) === room) this.#rooms.delete(name);
  }
}

function startIfComplete(room: ReadonlySet<Taken>): void {
  const mayBegin = [...room].some(({ manner }) => manner.startsOnEnter);
  if (mayBegin && room.size > 1) for (const { talk } of room) talk();
}
