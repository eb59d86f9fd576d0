import { DeadlineExceeded, withDeadline } from '#libs/event-store';
import { mayStillRing, whyNotHandedOver } from '../domain/may-still-ring.js';
import { type OnDesk } from './call-desk.js';
import { type Consumers } from './consumers.js';
import { placesOf } from './lead-facts.js';
import { isUnavailable } from './place-call.js';
import { type DialingKnowledge } from './ports.js';

/**
 * The phone begins to ring about a second after the provider says that it dials. A slow moment is
 * no reason to hang up on people who may be called, so that is waited for a little longer.
 */
const KNOWN_WITHIN_MS = 3_000;

/** What a {@link RingCheck} asks. */
export interface RingCheckParts {
  readonly dialing: Pick<DialingKnowledge, 'current'>;
  readonly consumers: Consumers;
}

/**
 * Whether a leg that the provider dials by now may ring. Where that cannot be read in time a
 * consumer’s may not, as nobody would be dialed then; a destination’s may, for the sake of the
 * consumer who holds the line: whoever follows stop and lists takes it back.
 */
export class RingCheck {
  constructor(private readonly parts: RingCheckParts) {}

  /** Of a consumer, `at` an instant in ISO-8601. */
  mayRing({ tenantId, lead }: OnDesk, at: string): Promise<boolean> {
    const { dialing, consumers } = this.parts;
    return inTime(async () => {
      const [state, person] = await Promise.all([
        dialing.current(tenantId),
        consumers.open(tenantId, lead),
      ]);
      const places = person === null ? null : placesOf(lead, person);
      return mayStillRing(lead, { dialing: state, places, at });
    }, false);
  }

  /** Of a destination: why not; `null`: it may. */
  whyNotHandedOver({ tenantId, lead }: OnDesk): Promise<'stopped' | 'suppressed' | null> {
    return inTime(
      async () => whyNotHandedOver(lead, await this.parts.dialing.current(tenantId)),
      null,
    );
  }

  /**
   * Whether the tenant’s stop is pulled as of this instant. Rejects when the event store is out of
   * reach.
   */
  async isStopped({ tenantId }: OnDesk): Promise<boolean> {
    return (await this.parts.dialing.current(tenantId))?.stopped ?? false;
  }
}

async function inTime<Answer>(ask: () => Promise<Answer>, otherwise: Answer): Promise<Answer> {
  try {
    return await withDeadline(ask(), KNOWN_WITHIN_MS);
  } catch (error) {
    if (isUnavailable(error) || error instanceof DeadlineExceeded) return otherwise;
    throw error;
  }
}
