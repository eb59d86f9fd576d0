/** Something that is to happen, and when (milliseconds since 1970). */
interface Appointment<What> {
  readonly at: number;
  /** Two at the same instant happen in the order they were noted. */
  readonly number: number;
  readonly what: What;
}

/** What is still to come, soonest first: a binary heap. */
export class Agenda<What> {
  readonly #heap: Appointment<What>[] = [];
  #noted = 0;

  /** How many appointments there are. */
  get size(): number {
    return this.#heap.length;
  }

  add(at: number, what: What): void {
    const heap = this.#heap;
    heap.push({ at, number: this.#noted, what });
    this.#noted += 1;
    for (let child = heap.length - 1; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfSooner(child, parent)) return;
      child = parent;
    }
  }

  /** Takes the soonest appointment off if it is due at `now`. */
  takeDue(now: number): { readonly at: number; readonly what: What } | null {
    const soonest = this.#heap[0];
    if (soonest === undefined || soonest.at > now) return null;
    const last = this.#heap.pop();
    if (last !== undefined && last !== soonest) {
      this.#heap[0] = last;
      this.#sink();
    }
    return soonest;
  }

  #sink(): void {
    for (let parent = 0; ;) {
      const left = 2 * parent + 1;
      const child = this.#isSooner(left + 1, left) ? left + 1 : left;
      if (!this.#swapIfSooner(child, parent)) return;
      parent = child;
    }
  }

  #swapIfSooner(child: number, parent: number): boolean {
    if (!this.#isSooner(child, parent)) return false;
    const [a, b] = [this.#heap[child], this.#heap[parent]];
    if (a === undefined || b === undefined) return false;
    this.#heap[child] = b;
    this.#heap[parent] = a;
    return true;
  }

  #isSooner(index: number, than: number): boolean {
    const [a, b] = [this.#heap[index], this.#heap[than]];
    if (a === undefined || b === undefined) return false;
    return a.at < b.at || (a.at === b.at && a.number < b.number);
  }
}
