import { nameKey } from '#events/leads';
import { type DialingSettings } from './dialing.events.js';

type Calling = Pick<DialingSettings, 'seller' | 'telemarketer'>;

/** The brands consumers are called under: on whose behalf, and who calls (CO-4). */
export function callingBrands({ seller, telemarketer }: Calling): string[] {
  return [seller, telemarketer];
}

/** Whether consumers are called under the name, however it is spelled. */
export function isCalledUnder(name: string, settings: Calling): boolean {
  return callingBrands(settings).some((brand) => nameKey(brand) === nameKey(name));
}
