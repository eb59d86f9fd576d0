import { type TenantId } from '#libs/kernel';
import { type DialingKnowledge, type VoiceWatch } from './ports.js';

/** What was decided longer ago than that is asked again before anybody’s phone rings. */
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

  /**
   * Whether the order may go out at this instant, so that an emergency stop holds however long the
   * steps before took (DI-7), and nobody is rung for a call that would be silent. Rejects when the
   * event store is out of reach.
   */
  async mayPlace(): Promise<boolean> {
    if (!this.parts.voice.mayDial()) return false;
    const passedMs = performance.now() - this.#beganMs;
    if (passedMs < FRESH_MS) return true;
    if (passedMs > PLACE_WITHIN_MS) return false;
    const state = await this.parts.dialing.current(this.tenantId);
    return state?.stopped === false;
  }
}
