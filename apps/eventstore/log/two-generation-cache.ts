/**
 * A bounded map that forgets what was not used for long: entries live in the young generation, move
 * to the old one when the young is full, and are dropped when they reach the end of the old one
 * unused. Costs one map operation per access, no list to keep.
 */
export class TwoGenerationCache<Key, Value> {
  private young = new Map<Key, Value>();
  private old = new Map<Key, Value>();

  /** Holds between `entriesMax / 2` and `entriesMax` of the entries used last. */
  constructor(private readonly entriesMax: number) {}

  get(key: Key): Value | undefined {
    const value = this.young.get(key);
    if (value !== undefined) return value;
    const aged = this.old.get(key);
    if (aged !== undefined) this.set(key, aged);
    return aged;
  }

  set(key: Key, value: Value): void {
    this.young.set(key, value);
    if (this.young.size * 2 < this.entriesMax) return;
    this.old = this.young;
    this.young = new Map();
  }
}
