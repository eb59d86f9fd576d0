import { nameKey, type SuppressionData } from '#events/leads';
import { type DestinationSettings } from './destination.events.js';

type Named = Pick<DestinationSettings, 'name' | 'brandName'>;

/** By which names a consumer may refuse a destination: its own and that of its brand (CO-4). */
export function sellerNames({ name, brandName }: Named): string[] {
  return brandName === null ? [name] : [name, brandName];
}

/** Every name of any of the destinations, each once as it is spelled. */
export function sellersOf(destinations: readonly { readonly settings: Named }[]): string[] {
  return [...new Set(destinations.flatMap(({ settings }) => sellerNames(settings)))];
}

/**
 * Whether the consumer may not be handed to it; `suppressed` are names as they are spelled here.
 */
export function isSuppressedFor(settings: Named, suppressed: readonly string[]): boolean {
  return sellerNames(settings).some((name) => suppressed.includes(name));
}

/** An entry of the suppression list by which a consumer is not handed to a seller. */
export type SellerRefusal = Pick<SuppressionData, 'phoneHash' | 'prefix' | 'scopeName'>;

/** Whether the entry binds the destination, however the name is spelled in it. */
export function isRefusedBy({ scopeName }: SellerRefusal, settings: Named): boolean {
  const refused = nameKey(scopeName ?? '');
  return sellerNames(settings).some((name) => nameKey(name) === refused);
}

/** The destinations that the consumer may be handed to, in their order. */
export function sellersLeft<Destination extends { readonly settings: Named }>(
  destinations: readonly Destination[],
  suppressed: readonly string[],
): Destination[] {
  return destinations.filter(({ settings }) => !isSuppressedFor(settings, suppressed));
}

/** What of a destination says whether it takes calls at all, by which name. */
export interface NamedDestination {
  readonly paused: boolean;
  readonly settings: Named & Pick<DestinationSettings, 'schedule'>;
}

/**
 * Whether whoever takes calls at `at` (ISO-8601) or later is refused by name, so that a call would
 * be for nothing. Where nobody takes calls at all, that is another obstacle.
 */
export function isSuppressedForAll(
  destinations: readonly NamedDestination[],
  suppressed: readonly string[],
  at: string,
): boolean {
  const active = destinations.filter((one) => !one.paused && !hasEnded(one, at));
  return active.length > 0 && sellersLeft(active, suppressed).length === 0;
}

function hasEnded({ settings }: NamedDestination, at: string): boolean {
  const { expiresAt } = settings.schedule;
  return expiresAt !== null && Date.parse(at) >= Date.parse(expiresAt);
}
