import { type Clock, systemClock } from '#libs/kernel';

/** The clock by which this context's commands are dated; a class, so that it can be injected. */
export class PostbacksClock implements Clock {
  constructor(private readonly clock: Clock = systemClock) {}

  now(): Date {
    return this.clock.now();
  }
}
