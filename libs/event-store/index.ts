export {
  defineEvent,
  EventCatalog,
  type EventDefinition,
  type EventOf,
  type StoredEvent,
  UndecodableEvent,
  type Upcaster,
} from './catalog.js';
export type * from './port.js';
