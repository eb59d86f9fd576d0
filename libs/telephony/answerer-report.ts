import { type AnsweredBy, readAnsweredBy } from './call-status.js';
import { type Params, refuse, textOf } from './voice-report.js';

/** What the provider found out about who answered, while the call went on. Comes twice, or late. */
export interface AnswererReport {
  readonly providerCallId: string;
  readonly answeredBy: AnsweredBy;
}

/** Throws `telephony_report_unreadable`, which names the field and never its content. */
export function readAnswererReport(params: Params): AnswererReport {
  return {
    providerCallId: textOf(params, 'CallSid') ?? refuse('CallSid'),
    answeredBy: readAnsweredBy(params['AnsweredBy']) ?? refuse('AnsweredBy'),
  };
}
