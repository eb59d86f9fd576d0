import { type Caps, type DestinationSettings } from './destination.events.js';
import { DESTINATION_DEFAULTS } from './destination-settings.js';

/** Builders with valid defaults, for specs: a test states only what matters. */

export const A_DESTINATION = 'c2a7e6d1-3f48-4b90-8d15-6e9b0a4c7f23';
/** A Monday, 10:00 in New York. */
export const NOW = '2026-11-30T15:00:00.000Z';

export const someSettings = (changes: Partial<DestinationSettings> = {}): DestinationSettings => ({
  name: 'Northwind Insurance',
  address: { kind: 'phone', value: '+12125550142', sendDigits: null },
  ...DESTINATION_DEFAULTS,
  ...changes,
});

/** One that takes calls at any instant. */
export const ALWAYS_OPEN = { paused: false, settings: someSettings() };

export const someCaps = (caps: Partial<Caps> = {}): Caps => ({
  ...DESTINATION_DEFAULTS.caps,
  ...caps,
});
