import { type TenantId } from '#libs/kernel';
import { dialsFor } from '../domain/dialing.js';
import { type DialingKnowledge, type VoiceWatch } from './ports.js';

/** What was read longer ago than that is asked again before it is decided to call. */
const FRESH_MS = 200;
/**
 * From the decision to the order at the provider. Later than that nobody is dialed for it: the
 * watchdog soon takes such a call for lost, and the consumer may then be called anew.
 */
const PLACE_WITHIN_MS = 5_000;

/** Between the permission to dial and the order at the provider; begun with the permission. */
export class StopCheck {
  readonly #beganMs = performance.now();

  constructor(
    private readonly parts: {
      readonly dialing: Pick<DialingKnowledge, 'current'>;
      readonly voice: VoiceWatch;
    },
    private readonly tenantId: TenantId,
  ) {}

  /** Whether to decide on a call for a lead of `source`, as far as it was known a moment ago. */
  async mayDecide(source: string | null): Promise<boolean> {
    const isFresh = performance.now() - this.#beganMs < FRESH_MS;
    return isFresh ? this.parts.voice.mayDial() : this.mayPlace(source);
  }

  /**
   * Whether the order may go out at this instant: the stop, and the pause of the lead's source, are
   * read right before every order, so that they hold however long the steps before took (DI-7), and
   * nobody is rung for a call that would be silent. Rejects when the event store is out of reach.
   */
  async mayPlace(source: string | null): Promise<boolean> {
    if (!this.parts.voice.mayDial()) return false;
    if (performance.now() - this.#beganMs > PLACE_WITHIN_MS) return false;
    return !(await this.isPulled(source));
  }

  /**
   * Whether a consumer who is on the phone may be handed over, however long that took: they hold
   * the line. Rejects as above.
   */
  async mayHandOver(): Promise<boolean> {
    return this.parts.voice.mayDial() && !(await this.isPulled(null));
  }

  /** Whether the tenant has stopped, or paused the source, as of this instant. Rejects as above. */
  async isPulled(source: string | null): Promise<boolean> {
    const state = await this.parts.dialing.current(this.tenantId);
    return state === null || !dialsFor(state, source);
  }
}
