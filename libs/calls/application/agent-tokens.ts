import { createHmac, timingSafeEqual } from 'node:crypto';
import { type CallRef } from './live-calls.js';

/**
 * What an agent proves itself with when it says what a conversation came to: only whoever was
 * handed the call has its token, and it is good for nothing else.
 */
export class AgentTokens {
  readonly #secret: string;

  /** `secret`: what the telephony provider signs with; the same in every process. */
  constructor(secret: string) {
    this.#secret = secret;
  }

  /** The token of a call. */
  of({ leadId, callId }: CallRef): string {
    return this.#digest(`agent|${leadId}|${callId}`).toString('base64url');
  }

  /** Compares in constant time. */
  isRight(ref: CallRef, token: string): boolean {
    // Digests of one length, so that not even the length of the right one shows.
    return timingSafeEqual(this.#digest(this.of(ref)), this.#digest(token));
  }

  #digest(text: string): Buffer {
    return createHmac('sha256', this.#secret).update(text).digest();
  }
}
