import { type DialEvent, dialEvents } from './call.events.js';
import { type PrequalificationEvent, prequalificationEvents } from './prequalification.events.js';
import { type TransferEvent, transferEvents } from './transfer.events.js';

/** Everything this context states on `lead-<id>` streams. */
export const callEvents = [...dialEvents, ...prequalificationEvents, ...transferEvents] as const;

/** Any of them. */
export type CallEvent = DialEvent | PrequalificationEvent | TransferEvent;
