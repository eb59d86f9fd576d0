import { type AnsweredBy, type CallStatus, readAnsweredBy, readCallStatus } from './call-status.js';
import { reportUnreadable } from './errors.js';

/**
 * What the provider tells about a call, whichever of its requests said it. Reports come twice, late
 * and out of order: `repeatToken` is the same in every copy, and `sequence` tells their order.
 */
export interface VoiceReport {
  readonly providerCallId: string;
  readonly status: CallStatus;
  /** Counts the reports of status of one call, from 0; `null` in other requests. */
  readonly sequence: number | null;
  /** ISO-8601, to the second: when it happened; `null` where the provider does not say. */
  readonly at: string | null;
  /** From the answer to the end; `null` before the end. */
  readonly durationSeconds: number | null;
  /** `null` where nobody tried to tell. */
  readonly answeredBy: AnsweredBy | null;
  /** Keys that were pressed; `null`: none. */
  readonly digits: string | null;
  /** What was understood. Personal: a consumer may say anything. `null`: nothing. */
  readonly speech: string | null;
  /** How sure the provider is of it, 0 to 1. */
  readonly confidence: number | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly repeatToken: string | null;
}

/** Headers as Node gives them, names in lower case. */
export type ReportHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

const REPEAT_HEADER = 'i-twilio-idempotency-token';

/**
 * Reads the form of any request the provider makes about a call. Throws
 * `telephony_report_unreadable`, which names the field and never its content.
 */
export function readVoiceReport(
  params: Readonly<Record<string, string>>,
  headers: ReportHeaders = {},
): VoiceReport {
  return {
    providerCallId: textOf(params, 'CallSid') ?? refuse('CallSid'),
    status: readCallStatus(params['CallStatus'] ?? '') ?? refuse('CallStatus'),
    sequence: wholeNumberOf(params, 'SequenceNumber'),
    at: instantOf(params, 'Timestamp'),
    durationSeconds: wholeNumberOf(params, 'CallDuration'),
    answeredBy: readAnsweredBy(params['AnsweredBy']),
    digits: textOf(params, 'Digits'),
    speech: textOf(params, 'SpeechResult'),
    confidence: shareOf(params, 'Confidence'),
    from: textOf(params, 'From'),
    to: textOf(params, 'To'),
    repeatToken: firstOf(headers[REPEAT_HEADER]),
  };
}

/** The fields of a form. */
export type Params = Readonly<Record<string, string>>;

/** Throws `telephony_report_unreadable`. */
export function refuse(field: string): never {
  throw reportUnreadable(field);
}

/** `null`: not there, or empty. */
export function textOf(params: Params, field: string): string | null {
  const text = params[field];
  return text === undefined || text === '' ? null : text;
}

function wholeNumberOf(params: Params, field: string): number | null {
  const text = textOf(params, field);
  if (text === null) return null;
  return /^\d{1,9}$/.test(text) ? Number(text) : refuse(field);
}

function shareOf(params: Params, field: string): number | null {
  const text = textOf(params, field);
  if (text === null) return null;
  const share = Number(text);
  return share >= 0 && share <= 1 ? share : refuse(field);
}

/** RFC 2822, e.g. `Sat, 28 Nov 2026 08:00:00 +0000`; one that cannot be read is as good as none. */
export function instantOf(params: Params, field: string): string | null {
  const text = textOf(params, field);
  if (text === null) return null;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? null : new Date(milliseconds).toISOString();
}

function firstOf(header: string | readonly string[] | undefined): string | null {
  return (typeof header === 'string' ? header : header?.[0]) ?? null;
}
