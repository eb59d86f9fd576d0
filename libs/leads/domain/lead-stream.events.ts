import { type CallEvent, callEvents } from '#events/calls';
import { type RevenueEvent, revenueEvents } from '#events/revenue';
import { type LeadEvent, leadEvents } from './lead.events.js';

/**
 * Everything that stands on `lead-<id>` streams: what this context states, what calling does, and
 * what buyers report. Whoever folds a lead reads with these, or would not see what happened to it.
 */
export const leadStreamEvents = [...leadEvents, ...callEvents, ...revenueEvents] as const;

/** Any of them. */
export type LeadStreamEvent = LeadEvent | CallEvent | RevenueEvent;

const revenueTypes: ReadonlySet<string> = new Set(revenueEvents.map(({ type }) => type));

/** Whether it says what a call of the lead is worth, which changes nothing about the lead itself. */
export function isAboutRevenue(event: LeadStreamEvent): event is RevenueEvent {
  return revenueTypes.has(event.type);
}
