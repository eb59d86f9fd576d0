import { type CallEvent, callEvents } from '#events/calls';
import {
  type LeadFeedbackEvent,
  leadFeedbackEvents,
  type RevenueEvent,
  revenueEvents,
} from '#events/revenue';
import { type LeadEvent, leadEvents } from './lead.events.js';

/** What buyers report of a lead. */
const reportedEvents = [...revenueEvents, ...leadFeedbackEvents] as const;

/**
 * Everything that stands on `lead-<id>` streams: what this context states, what calling does, and
 * what buyers report. Whoever folds a lead reads with these, or would not see what happened to it.
 */
export const leadStreamEvents = [...leadEvents, ...callEvents, ...reportedEvents] as const;

/** Any of them. */
export type LeadStreamEvent = LeadEvent | CallEvent | ReportedEvent;

type ReportedEvent = RevenueEvent | LeadFeedbackEvent;

const reportedTypes: ReadonlySet<string> = new Set(reportedEvents.map(({ type }) => type));

/** Whether it says what buyers report of the lead, which changes nothing about the lead itself. */
export function isReported(event: LeadStreamEvent): event is ReportedEvent {
  return reportedTypes.has(event.type);
}
