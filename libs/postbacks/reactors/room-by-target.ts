/** Requests under way to one target; with more, its deliveries wait. A quarter of all lanes. */
const UNDER_WAY_MAX = 4;

/** Keeps one slow target from taking all the room there is for requests. */
export class RoomByTarget {
  readonly #underWay = new Map<string, number>();

  /** Whether a target has as many requests under way as it may. */
  isFull(targetId: string): boolean {
    return (this.#underWay.get(targetId) ?? 0) >= UNDER_WAY_MAX;
  }

  /** Counts the work as under way until it is over. */
  async within<Result>(targetId: string, work: () => Promise<Result>): Promise<Result> {
    this.#count(targetId, 1);
    try {
      return await work();
    } finally {
      this.#count(targetId, -1);
    }
  }

  #count(targetId: string, by: 1 | -1): void {
    const count = (this.#underWay.get(targetId) ?? 0) + by;
    if (count === 0) this.#underWay.delete(targetId);
    else this.#underWay.set(targetId, count);
  }
}
