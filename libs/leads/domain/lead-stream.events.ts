import { type CallEvent, callEvents } from '#events/calls';
import { type LeadEvent, leadEvents } from './lead.events.js';

/**
 * Everything that stands on `lead-<id>` streams: what this context states, and what calling does.
 * Whoever folds a lead reads with these, or it would not see what has happened to it.
 */
export const leadStreamEvents = [...leadEvents, ...callEvents] as const;

/** Any of them. */
export type LeadStreamEvent = LeadEvent | CallEvent;
