import { type Detection, type SimulatedOrder, type Source } from '../network/simulated-call.js';
import { type Answer } from './exchange.js';
import { twilioError } from './twilio-error.js';

const E164 = /^\+[1-9]\d{6,14}$/;
const SIP = /^sips?:[^\s@]+@[^\s@]+$/i;
const RING_SECONDS_DEFAULT = 60;
const RING_SECONDS_MAX = 600;

/** An order that was read, or why it is refused. */
export type ReadOrder =
  | { readonly order: SimulatedOrder; readonly refusal: null }
  | { readonly order: null; readonly refusal: Answer };

/** Reads the form of a new call. */
export function readOrder(form: URLSearchParams): ReadOrder {
  const [to, from] = [form.get('To') ?? '', form.get('From') ?? ''];
  const source = readSource(form);
  if (to === '') return refuse(21_201, 'No To number is specified');
  if (!E164.test(to) && !SIP.test(to)) return refuse(21_211, `Invalid To number ${to}`);
  if (from === '') return refuse(21_213, 'A From number is required');
  if (!E164.test(from)) return refuse(21_212, `Invalid From number ${from}`);
  if (source === null) return refuse(21_205, 'Url is missing or malformed');
  const seconds = Number(form.get('Timeout') ?? RING_SECONDS_DEFAULT);
  const order = {
    ...{ to, from, source },
    statusUrl: form.get('StatusCallback'),
    statusEvents: statusEvents(form),
    ringSecondsMax: Math.min(seconds > 0 ? seconds : RING_SECONDS_DEFAULT, RING_SECONDS_MAX),
    machines: readDetection(form),
    sendDigits: form.get('SendDigits') ?? '',
  };
  return { order, refusal: null };
}

function readDetection(form: URLSearchParams): Detection {
  const kind = form.get('MachineDetection') ?? '';
  if (kind !== 'Enable' && kind !== 'DetectMessageEnd') return { detection: 'off' };
  if (form.get('AsyncAmd') !== 'true') return { detection: 'wait' };
  return { detection: 'async', resultUrl: form.get('AsyncAmdStatusCallback') };
}

/** Where a call is to go on; `null` if that is not told, or no address. */
export function readSource(form: URLSearchParams): Source | null {
  const twiml = form.get('Twiml');
  if (twiml !== null) return { twiml };
  const url = form.get('Url') ?? '';
  return /^https?:/.test(url) && URL.canParse(url) ? { url, fields: {} } : null;
}

function refuse(code: number, message: string): ReadOrder {
  return { order: null, refusal: twilioError(400, code, message) };
}

/** Only the end is told unless more is asked for. */
function statusEvents(form: URLSearchParams): ReadonlySet<string> {
  const asked = form.getAll('StatusCallbackEvent').flatMap((text) => text.split(/\s+/));
  return new Set(asked.length === 0 ? ['completed'] : asked);
}
