import { isCalendarDay } from './calendar-day.js';
import { type ConsentEvidence } from '../domain/lead.events.js';

/** A consent block as submitted, after aliases. */
export interface ConsentInput {
  readonly consent_timestamp?: string | undefined;
  readonly consent_text_version?: string | undefined;
  readonly source_url?: string | undefined;
}

const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/i;

/**
 * What a consent block proves (CO-1): all of its three parts, or the list of what is wrong. Age and
 * future are judged later, against the time of the decision.
 */
export function readConsent(input: ConsentInput | undefined): ConsentEvidence | null {
  if (input === undefined) return null;
  const timestamp = readInstant(input.consent_timestamp);
  const textVersion = input.consent_text_version?.trim() ?? '';
  const hasSourceUrl = isWebAddress(input.source_url);
  const problems = [
    ...problemOf('consent_timestamp', input.consent_timestamp, timestamp !== null),
    ...problemOf('consent_text_version', input.consent_text_version, textVersion !== ''),
    ...problemOf('source_url', input.source_url, hasSourceUrl),
  ];
  return {
    timestamp,
    textVersion: textVersion === '' ? null : textVersion,
    hasSourceUrl,
    problems,
  };
}

function problemOf(field: string, value: string | undefined, usable: boolean): string[] {
  if (usable) return [];
  return [value === undefined || value.trim() === '' ? `${field}_missing` : `${field}_invalid`];
}

function readInstant(text: string | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  if (!ISO_INSTANT.test(trimmed) || !isCalendarDay(trimmed.slice(0, 10))) return null;
  const instant = new Date(trimmed);
  return Number.isNaN(instant.getTime()) ? null : instant.toISOString();
}

function isWebAddress(text: string | undefined): boolean {
  if (text === undefined || !URL.canParse(text)) return false;
  return ['http:', 'https:'].includes(new URL(text).protocol);
}
