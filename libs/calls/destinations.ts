/** What others may use of destinations, their caps, routing and payout. */
export { type DestinationCaller } from './application/destination-caller.js';
export {
  DestinationDirectory,
  type DestinationDirectoryOptions,
  type KnownDestination,
} from './application/destination-directory.js';
export { DestinationReader } from './application/destination-reader.js';
export {
  DestinationSlots,
  type SlotReservation,
  type SlotReturn,
  type SlotWish,
} from './application/destination-slots.js';
export {
  DESTINATION_PREFIX,
  DESTINATION_USAGE_PREFIX,
  destinationStream,
  destinationUsageStream,
} from './application/destination-streams.js';
export {
  AddDestinationCommand,
  AddDestinationHandler,
  ChangeDestinationCommand,
  ChangeDestinationHandler,
  type DestinationResult,
  TurnDestinationCommand,
  TurnDestinationHandler,
} from './application/destination.handlers.js';
export { drawOf } from './application/routing-draw.js';
export { type Destination, type KnownDestinationState } from './domain/destination.js';
export { DESTINATION_DEFAULTS, readDestinationSettings } from './domain/destination-settings.js';
export {
  CAP_REASONS,
  type CapReason,
  type DestinationUsage,
  hasCaps,
  type UsageCounts,
} from './domain/destination-usage.js';
export { estimateRevenue } from './domain/payout.js';
export {
  type RoutableDestination,
  route,
  type Routing,
  ROUTING_RULES_VERSION,
  type RoutingInput,
} from './domain/routing.js';
export { renderWhisper, type WhisperFacts } from './domain/whisper.js';
