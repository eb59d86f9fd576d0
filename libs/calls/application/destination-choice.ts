import { type DncFinding } from '#events/leads';
import { hasCaps } from '../domain/destination-usage.js';
import { answersOf } from '../domain/lead-calls.js';
import { refusedAll, type RoutableDestination, route, type Routing } from '../domain/routing.js';
import { sellersOf } from '../domain/sellers.js';
import { type DestinationDirectory, type KnownDestination } from './destination-directory.js';
import { type DestinationReader } from './destination-reader.js';
import { type DestinationSlots } from './destination-slots.js';
import { leadFacts } from './lead-facts.js';
import { type ListChecks } from './ports.js';
import { drawOf } from './routing-draw.js';
import { usageBeside } from './spare-slots.js';
import { type WaitingConsumer } from './waiting-consumer.js';

/** What a {@link DestinationChoice} rests on. */
export interface DestinationChoiceParts {
  /** As last heard, of all destinations. */
  readonly destinations: Pick<DestinationDirectory, 'of'>;
  /** As it is this instant, of one. */
  readonly exact: Pick<DestinationReader, 'find'>;
  readonly slots: Pick<DestinationSlots, 'usageOf'>;
  readonly lists: Pick<ListChecks, 'suppressedSellers'>;
}

/**
 * Chooses a destination for one consumer, again and again as things turn out to stand otherwise.
 */
export class DestinationChoice {
  readonly #parts: DestinationChoiceParts;
  readonly #waiting: WaitingConsumer;
  readonly #finding: DncFinding | null;
  /** Destinations that stand otherwise than memory had it. */
  readonly #corrected = new Map<string, KnownDestination>();

  /** `finding`: what do-not-call lists meant for the consumer, to be told with each choice. */
  constructor(parts: DestinationChoiceParts, waiting: WaitingConsumer, finding: DncFinding | null) {
    this.#parts = parts;
    this.#waiting = waiting;
    this.#finding = finding;
  }

  /** The best of all; none where something is `against` all of them. */
  async make(against: readonly string[]): Promise<Routing> {
    const { lead, call, consumer, attempt, at } = this.#waiting;
    const candidates = await this.#candidates();
    const routing = route({
      candidates,
      dncFinding: this.#finding,
      suppressedSellers: await this.#suppressedSellers(candidates),
      facts: leadFacts(lead, consumer ?? {}, answersOf(call)),
      ...{ at, draw: drawOf(call.callId, attempt) },
      triedIds: call.transfers.map(({ destinationId }) => destinationId),
    });
    return against.length === 0 ? routing : refusedAll(routing, against);
  }

  /** Whether memory was right about the one that was chosen; if not, the truth is noted. */
  async isStillSo({ destinationId, version, paused }: RoutableDestination): Promise<boolean> {
    const exact = await this.#parts.exact.find(this.#waiting.tenantId, destinationId);
    const now = { ...exact, paused: exact.status !== 'active' };
    if (now.version === version && now.paused === paused) return true;
    this.#corrected.set(destinationId, now);
    return false;
  }

  /** Asked for every choice anew, since names of destinations change and so do entries. */
  async #suppressedSellers(candidates: readonly RoutableDestination[]): Promise<readonly string[]> {
    const { tenantId, lead, consumer, at } = this.#waiting;
    if (consumer === null) return [];
    const phone = { e164: consumer.phone, phoneHash: lead.phoneHash };
    return this.#parts.lists.suppressedSellers(tenantId, phone, sellersOf(candidates), at);
  }

  async #candidates(): Promise<RoutableDestination[]> {
    const { destinations, slots } = this.#parts;
    const { tenantId, transferId } = this.#waiting;
    return Promise.all(
      destinations.of(tenantId).map(async (remembered) => {
        const known = this.#corrected.get(remembered.destinationId) ?? remembered;
        if (!hasCaps(known.settings.caps)) return { ...known, usage: null };
        const usage = await slots.usageOf(known.destinationId);
        return { ...known, usage: usageBeside(usage, transferId) };
      }),
    );
  }
}
