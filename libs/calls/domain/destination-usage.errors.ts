import { DomainError } from '#libs/kernel';
import { type CapReason } from './destination-usage.js';

/** A destination has no slot left; the next one may. */
export class CapsReached extends DomainError {
  readonly reasons: readonly CapReason[];

  constructor(reasons: readonly CapReason[]) {
    super('illegal_state', 'caps_reached', 'This destination takes no further transfer now.', {
      details: { reasons: reasons.join(' ') },
    });
    this.reasons = reasons;
  }
}
