import { draw } from '../../apps/telephony-simulator/people/draw.js';

/** Draws for one report: the same seed and place, the same choices. */
export type Choose = <Value>(what: string, among: readonly [Value, ...Value[]]) => Value;

/** How choices are made for the report at a place. */
export function chooser(seed: number, place: string): Choose {
  return (what, among) => among[Math.floor(draw(seed, place, what) * among.length)] ?? among[0];
}

/** The caller’s number under some name, in some spelling. */
export function callerField(phone: string, choose: Choose): Record<string, string> {
  const name = choose('caller', [
    ...(['caller_id', 'callerid', 'Caller-Number', 'ani', 'from_number'] as const),
    ...(['customer_phone', 'phone', 'inboundPhoneNumber'] as const),
  ]);
  return { [name]: spelled(phone, choose) };
}

/** A number as E.164, as ten digits, or as people write it. */
export function spelled(phone: string, choose: Choose): string {
  const digits = phone.slice(2);
  const asWritten = `(${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}`;
  return choose('spelling', [phone, digits, asWritten]);
}

/** An amount under some name, in cents or dollars; only the name tells which. */
export function amountField(minor: number, choose: Choose): Record<string, string> {
  if (choose('unit', ['cents', 'dollars']) === 'cents') {
    const name = choose('name', ['payout_cents', 'payoutCents', 'amount_cents', 'revenue_cents']);
    return { [name]: String(minor) };
  }
  const name = choose('name', ['payout', 'amount', 'commission', 'price', 'revenue']);
  return { [name]: dollars(minor, choose) };
}

function dollars(minor: number, choose: Choose): string {
  const plain = (Math.abs(minor) / 100).toFixed(2);
  if (minor < 0) return choose('dollars', [`-${plain}`, `(${plain})`, `-$${plain}`]);
  return choose('dollars', [plain, `$${plain}`, plain.replace('.', ','), `${plain} USD`]);
}

/** How long it took, under some name. */
export function durationField(seconds: number | null, choose: Choose): Record<string, string> {
  if (seconds === null) return {};
  const name = choose('duration', ['duration', 'call_length', 'billsec', 'connected_duration']);
  return { [name]: String(seconds) };
}

/** The platform’s own name for the call, under some name. */
export function callField(id: string, choose: Choose): Record<string, string> {
  return { [choose('call', ['call_id', 'callid', 'call_uuid', 'click_id'])]: id };
}
