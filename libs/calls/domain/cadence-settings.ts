import { CALL_DISPOSITIONS, type CallDisposition } from './call.events.js';
import { type CadenceRule } from './dialing.events.js';
import { isObject, type SettingRule, whole } from './setting-rules.js';

const WAIT = whole(0, 43_200);
const isDisposition = (value: unknown): value is CallDisposition =>
  CALL_DISPOSITIONS.some((disposition) => disposition === value);

/** At most `max` rules {last, before_last, wait_minutes}, in the order in which they are tried. */
export function cadence(max: number): SettingRule<CadenceRule[]> {
  const message =
    `must be a list of at most ${max} rules {last, before_last?, wait_minutes}, where last and ` +
    'before_last are dispositions of calls and wait_minutes is 0 to 43200';
  return (sent) => {
    if (!Array.isArray(sent) || sent.length > max) return { fault: 'wrong_type', message };
    const rules = sent.map(readRule);
    const value = rules.filter((rule) => rule !== null);
    return value.length === rules.length ? { value } : { fault: 'wrong_format', message };
  };
}

function readRule(sent: unknown): CadenceRule | null {
  if (!isObject(sent)) return null;
  const { last, before_last: beforeLast = null, wait_minutes: wait, ...others } = sent;
  const minutes = WAIT(wait);
  if (!isDisposition(last) || 'fault' in minutes || Object.keys(others).length > 0) return null;
  if (beforeLast !== null && !isDisposition(beforeLast)) return null;
  return { last, beforeLast, waitMinutes: minutes.value };
}

/** The rules as they are sent. */
export function writeCadence(rules: readonly CadenceRule[]): object[] {
  return rules.map(({ last, beforeLast, waitMinutes }) => ({
    ...{ last, before_last: beforeLast, wait_minutes: waitMinutes },
  }));
}
