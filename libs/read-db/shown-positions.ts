import { setTimeout as pauseFor } from 'node:timers/promises';
import { type Database } from './database.js';
import { isDatabaseUnavailable, toDatabaseFailure } from './database-errors.js';

/** How far some read models are, together. */
export interface ShownTogether {
  /** Up to where all of them were known to show the log; `null`: not known yet. Asks nobody. */
  readonly position: bigint | null;
  /**
   * `true` as soon as all of them show everything up to a position of the log; `false` after
   * `withinMs`, or when the signal aborts. Asks at least once unless it is known already.
   */
  reaches(position: bigint, withinMs: number, signal?: AbortSignal): Promise<boolean>;
}

/** By name of a read model, up to where its serving build shows the log. */
export type PositionsByName = ReadonlyMap<string, bigint | null>;

/** How long nobody asks after an answer that brought nothing to those who wait. */
const PAUSE_MS = 15;

/**
 * How much of the log the read side shows. One for a process: whoever waits for a read model asks
 * together with all others who wait for any, so that a burst of events costs no more questions than
 * one event.
 */
export class ShownPositions {
  #positions: PositionsByName = new Map();
  #asking: Promise<void> | null = null;
  /** The names that each of those who wait does so for. */
  readonly #waiting = new Set<readonly string[]>();

  /** `ask` tells of all serving builds; `pause` is for specs. */
  constructor(
    private readonly ask: () => Promise<PositionsByName>,
    private readonly pause: (ms: number) => Promise<unknown> = pauseFor,
  ) {}

  /** Those of a database, whatever the role it is connected as. */
  static of(database: Database): ShownPositions {
    return new ShownPositions(() => readPositions(database));
  }

  /** The read models of these names, together. */
  together(...names: readonly [string, ...string[]]): ShownTogether {
    const least = () => this.#least(names);
    return {
      get position() {
        return least();
      },
      reaches: (position, withinMs, signal) => this.#reaches(names, position, withinMs, signal),
    };
  }

  async #reaches(
    names: readonly string[],
    position: bigint,
    withinMs: number,
    signal?: AbortSignal,
  ): Promise<boolean> {
    if (this.#shows(names, position)) return true;
    const deadline = performance.now() + withinMs;
    // A copy: each who waits is one of its own.
    const waiting = [...names];
    this.#waiting.add(waiting);
    try {
      do {
        await (this.#asking ??= this.#askOnce());
      } while (!this.#shows(names, position) && !isOver(deadline, signal));
    } finally {
      this.#waiting.delete(waiting);
    }
    return this.#shows(names, position);
  }

  /** The pause is part of the question: whoever comes meanwhile is content with its answer. */
  async #askOnce(): Promise<void> {
    try {
      const before = this.#positions;
      this.#positions = await this.ask();
      const moved = (name: string) => this.#positions.get(name) !== before.get(name);
      if (![...this.#waiting].flat().some(moved)) await this.pause(PAUSE_MS);
    } finally {
      this.#asking = null;
    }
  }

  #shows(names: readonly string[], position: bigint): boolean {
    return (this.#least(names) ?? -1n) >= position;
  }

  #least(names: readonly string[]): bigint | null {
    const positions = names.map((name) => this.#positions.get(name) ?? null);
    return positions.reduce((one, other) => {
      if (one === null || other === null) return null;
      return one < other ? one : other;
    });
  }
}

function isOver(deadline: number, signal?: AbortSignal): boolean {
  return signal?.aborted === true || performance.now() >= deadline;
}

interface ServingRow {
  readonly name: string;
  readonly position: bigint | null;
}

async function readPositions({ pool }: Database): Promise<PositionsByName> {
  let failure: unknown;
  const client = await pool.connect().catch((error: unknown) => {
    throw toDatabaseFailure(error);
  });
  try {
    const { rows } = await client.query<ServingRow>({
      ...{
        name: 'shown_positions',
        text: 'select name, position from projection_build where serving',
      },
    });
    return new Map(rows.map(({ name, position }) => [name, position]));
  } catch (error) {
    failure = error;
    throw toDatabaseFailure(error);
  } finally {
    client.release(isDatabaseUnavailable(failure));
  }
}
