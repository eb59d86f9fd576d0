import { type AnsweredBy, isMachine } from './call.events.js';
import { type Answer, type OpenCall } from './open-call.js';

/** So many questions no recorded greeting answers one after another. */
const ANSWERED_BY_NOBODY_BUT_PEOPLE = 2;

/**
 * Who answered, as far as it is to be believed: whoever has proved to be a person is no machine.
 */
export function believed(call: OpenCall, answeredBy: AnsweredBy | null): AnsweredBy | null {
  return isMachine(answeredBy) && isProvenPerson(call) ? null : answeredBy;
}

/** Whether a machine is on the line, whatever it seemed to say, so that the call is to end. */
export function isSpokenToMachine(call: OpenCall): boolean {
  return isMachine(call.answeredBy) && !isProvenPerson(call);
}

/**
 * Whether the provider is to be asked who answered before speech is heard: it finds out while the
 * script is spoken, and what is heard first may be the greeting of a mailbox.
 */
export function isYetToBeRecognised(call: OpenCall): boolean {
  const { machineDetection, answeredBy } = call;
  return machineDetection === 'async' && answeredBy === 'unknown' && !isProvenPerson(call);
}

/**
 * A greeting says yes, no and later, too, so that no single thing said proves anything; a key that
 * was pressed does, and so do answers to two questions. Nobody tears apart who talks to a
 * destination, and who wanted no more calls gets none, whoever it was.
 */
function isProvenPerson({ answers, prequalification, transfers }: OpenCall): boolean {
  if (prequalification === 'opted_out') return true;
  if (transfers.at(-1)?.bridgedAt != null) return true;
  const understood = answers.filter(({ value }) => value !== null);
  return understood.some(isPressed) || understood.length >= ANSWERED_BY_NOBODY_BUT_PEOPLE;
}

function isPressed({ given }: Answer): boolean {
  return given === 'key';
}
