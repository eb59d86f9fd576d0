import { type AnsweredBy } from './call.events.js';
import { type OpenCall, type Prequalification } from './open-call.js';

const SPOKE: readonly (Prequalification | null)[] = [
  'qualified',
  'disqualified',
  'callback',
  'opted_out',
];

/** Who answered, as far as it is to be believed: whoever has given an answer is no machine. */
export function believed(call: OpenCall, answeredBy: AnsweredBy | null): AnsweredBy | null {
  return isMachine(answeredBy) && hasSpoken(call) ? null : answeredBy;
}

/** Whether the script is spoken to a machine, so that the call is to end. */
export function isSpokenToMachine({ answeredBy, prequalification }: OpenCall): boolean {
  return isMachine(answeredBy) && (prequalification === null || prequalification === 'running');
}

/** Whether nobody is there to listen. */
export function isMachine(answeredBy: AnsweredBy | null): boolean {
  return answeredBy === 'machine' || answeredBy === 'fax';
}

function hasSpoken({ answers, prequalification }: OpenCall): boolean {
  return SPOKE.includes(prequalification) || answers.some(({ value }) => value !== null);
}
