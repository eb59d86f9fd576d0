import { type ApiKeyUsage, type AuthenticatedKey, type KeyDirectory } from '#libs/accounts';
import { DomainError } from '#libs/kernel';
import { unauthorized } from './access.errors.js';

/** The key that vouched for a request. */
export type CallingKey = Omit<AuthenticatedKey, 'outcome'>;

/** Tells a key from a text that is none. */
export class KeyAuthenticator {
  constructor(
    private readonly directory: KeyDirectory,
    private readonly usage: ApiKeyUsage,
  ) {}

  /**
   * The key of this text. Rejects with `unauthorized`, `key_revoked` or `key_expired`, or with
   * `unavailable` when nobody can tell.
   */
  async authenticate(text: string): Promise<CallingKey> {
    const answer = await this.directory.authenticate(text);
    if (answer.outcome === 'refused') throw REFUSALS[answer.code]();
    this.usage.record(answer.tenantId, answer.keyId);
    return answer;
  }
}

const REFUSALS = {
  unauthorized,
  key_revoked: () =>
    new DomainError(
      'unauthorized',
      'key_revoked',
      'This API key was revoked. Use another one, or create one.',
    ),
  key_expired: () =>
    new DomainError(
      'unauthorized',
      'key_expired',
      'This API key has expired or was replaced. Use its successor, or create one.',
    ),
};
