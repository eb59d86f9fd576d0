import { type ScriptContent } from './script.events.js';

/** Something consumers are told before the first question. */
export interface Disclosure {
  readonly kind: 'identity' | 'ai_disclosure' | 'callback_number' | 'opt_out';
  /** As it is spoken. */
  readonly text: string;
}

/**
 * What consumers are told first, in order (CO-10): who calls, that a machine speaks, how the caller
 * is reached, how to stop such calls. Their kinds are what `PrequalificationStarted` records.
 */
export function disclosuresOf(script: ScriptContent): Disclosure[] {
  return [
    { kind: 'identity', text: script.identity },
    { kind: 'ai_disclosure', text: script.aiDisclosure },
    { kind: 'callback_number', text: `You can reach us at ${spelled(script.callbackNumber)}.` },
    { kind: 'opt_out', text: script.optOut },
  ];
}

/** Digit by digit, in groups of a national number, so that nobody hears “one billion”. */
function spelled(e164: string): string {
  const national = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(e164)?.slice(1) ?? [e164.slice(1)];
  return national.map((group) => group.replace(/\d(?=\d)/g, '$& ')).join(', ');
}
