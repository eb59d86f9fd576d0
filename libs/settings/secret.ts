import { inspect } from 'node:util';

const SHOWN = '[secret]';

/**
 * A text that must not reach a log, an error or a response by accident.
 *
 * Printing, interpolating or serialising it shows `[secret]`; {@link Secret.reveal} is the one way
 * to the text, and easy to find in a review.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
