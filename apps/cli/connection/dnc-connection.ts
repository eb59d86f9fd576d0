import { type HttpDncProviderOptions } from '#libs/leads';
import { type Settings } from '#libs/settings';

/** How a stack asks its do-not-call provider. Holds the credential; `url` is null without one. */
export type DncConnection = Omit<HttpDncProviderOptions, 'url' | 'now'> & {
  readonly url: string | null;
};

/** As the settings have it. */
export function dncConnectionOf({
  dncProviderUrl: url,
  dncProviderKey,
  dncTimeoutMs: timeoutMs,
  dncOnFailure: onFailure,
}: Settings): DncConnection {
  return { url, key: dncProviderKey?.reveal() ?? null, timeoutMs, onFailure };
}
