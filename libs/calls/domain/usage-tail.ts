import { type DestinationUsageEvent } from './destination-usage.events.js';

/**
 * Tells, reading a history backwards, when enough of it was read to know the usage it leads to.
 *
 * A busy destination has tens of thousands of transfers a year, and each reservation says what the
 * counters are after it. What remains to be known is which transfers are under way: as many as the
 * last reservation counted, and those are soon found, since a transfer lasts minutes.
 */
export class UsageTail {
  /** How many transfers were under way after the last reservation; `null` before it was seen. */
  #underWay: number | null = null;
  #found = 0;
  /** Given back before the last reservation. */
  readonly #released = new Set<string>();

  /** Takes the next event, which happened before all that were seen. */
  see(event: DestinationUsageEvent): void {
    const { transferId } = event.data;
    if (event.type === 'DestinationSlotReleased') {
      if (this.#underWay !== null) this.#released.add(transferId);
      return;
    }
    this.#underWay ??= event.data.counts['concurrent'] ?? 0;
    if (!this.#released.has(transferId)) this.#found += 1;
  }

  /** Whether folding what was seen leads to the same as folding everything. */
  get isEnough(): boolean {
    return this.#underWay !== null && this.#found >= this.#underWay;
  }
}
