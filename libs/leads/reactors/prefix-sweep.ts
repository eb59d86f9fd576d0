import { type TenantId } from '#libs/kernel';
import { type DataKeys, isErased, type Sealed } from '#libs/privacy';
import { type Again, type Memo } from '#libs/reactors';
import { type OccurrenceClock } from '../application/occurrence.js';
import { type LeadRoll, type RolledLead } from '../application/ports.js';
import { DEDUPE_WINDOW_MS } from '../domain/dedupe-window.js';
import { type PersonalData } from '../intake/interpret-submission.js';

/** One page of a sweep. */
export interface SweptPage {
  /** Leads whose number begins so. */
  readonly leadIds: readonly string[];
  /** When to go on, and from where; `null` after the last page. */
  readonly rest: Again | null;
  /** When the first page was looked at. */
  readonly begunAt: Date;
}

/** Where a sweep goes on: it shows the read side up to a position, and began at an instant. */
interface Place extends Memo {
  readonly upTo: string;
  readonly cursor: string | null;
  readonly begunAt: string;
}

/** A memo with a position is one that a sweep left; an expiry comes without. */
function placeOf(memo: Memo | null): Place | null {
  return memo === null ? null : (memo as Place);
}

/** How long to wait for a read side that is behind. */
const BEHIND_MS = 1_000;

/**
 * Finds a tenant's leads whose number begins with a prefix. Numbers are sealed, so every lead of
 * the last 30 days is opened, a page at a time: about 10 µs each, and never one long task.
 *
 * The read side shows leads a little later than the log. A sweep waits until it shows all that this
 * process had seen when the sweep began; whatever comes after it meets the new entry by itself.
 */
export class PrefixSweep {
  #seen = 0n;

  constructor(
    private readonly roll: LeadRoll,
    private readonly keys: DataKeys,
    private readonly clock: OccurrenceClock,
  ) {}

  /** An event at this position was looked at. */
  saw(position: bigint): void {
    if (position > this.#seen) this.#seen = position;
  }

  /** The first page without a memo, else the one after the page that left the memo. */
  async next(tenantId: TenantId, prefix: string, memo: Memo | null): Promise<SweptPage> {
    const now = this.clock.now().getTime();
    const { upTo, cursor, begunAt } = placeOf(memo) ?? {
      upTo: String(this.#seen),
      cursor: null,
      begunAt: new Date(now).toISOString(),
    };
    const since = new Date(now - DEDUPE_WINDOW_MS).toISOString();
    const page = await this.roll.page(tenantId, { since, upTo: BigInt(upTo), cursor });
    const from = (next: string | null, inMs: number): Again => ({
      at: new Date(now + inMs),
      memo: { upTo, cursor: next, begunAt },
    });
    const swept = { begunAt: new Date(begunAt) };
    if (page === null) return { ...swept, leadIds: [], rest: from(cursor, BEHIND_MS) };
    const leadIds = await this.#beginningWith(tenantId, prefix, page.leads);
    return { ...swept, leadIds, rest: page.next === null ? null : from(page.next, 0) };
  }

  async #beginningWith(
    tenantId: TenantId,
    prefix: string,
    leads: readonly RolledLead[],
  ): Promise<string[]> {
    const boxes = leads.map(({ personal }) => personal as Sealed<PersonalData>);
    const opened = await this.keys.openAll(tenantId, boxes);
    return leads.flatMap(({ leadId }, index) => {
      const person = opened[index];
      if (person === undefined || isErased(person)) return [];
      return person.phone.startsWith(prefix) ? [leadId] : [];
    });
  }
}
