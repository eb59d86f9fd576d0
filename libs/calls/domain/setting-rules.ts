/** What is wrong with a value: a permanent code and a sentence. */
export interface Fault {
  readonly fault: string;
  readonly message: string;
}

/** Makes a value out of whatever was sent, or says what is wrong with it. Never throws. */
export type SettingRule<Value> = (sent: unknown) => { readonly value: Value } | Fault;

const E164 = /^\+[1-9]\d{6,14}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Text of 1 to `max` characters, with none that no database can store. */
export function text(max: number): SettingRule<string> {
  const message = `must be text of 1 to ${max} characters`;
  return (sent) => {
    if (!isText(sent)) return { fault: 'wrong_type', message };
    const value = sent.trim();
    if (value.length === 0) return { fault: 'required', message };
    return value.length > max ? { fault: 'too_long', message } : { value };
  };
}

/** What the rule allows, or `null`. */
export function orNull<Value>(rule: SettingRule<Value>): SettingRule<Value | null> {
  return (sent) => (sent === null ? { value: null } : rule(sent));
}

/** A whole number of a range, both ends included; digits will do, for forms have nothing else. */
export function whole(min: number, max: number): SettingRule<number> {
  return (sent) => {
    const value = typeof sent === 'string' && /^-?\d{1,9}$/.test(sent) ? Number(sent) : sent;
    if (!Number.isInteger(value)) {
      return { fault: 'wrong_type', message: 'must be a whole number' };
    }
    const inRange = Number(value) >= min && Number(value) <= max;
    if (inRange) return { value: Number(value) };
    return { fault: 'out_of_range', message: `must be ${min} to ${max}` };
  };
}

/** Yes or no. */
export const flag: SettingRule<boolean> = (sent) => {
  if (sent === true || sent === 'true') return { value: true };
  if (sent === false || sent === 'false') return { value: false };
  return { fault: 'wrong_type', message: 'must be true or false' };
};

/** A UUID, in lower case. */
export const uuid: SettingRule<string> = (sent) => {
  const value = typeof sent === 'string' ? sent.toLowerCase() : '';
  return UUID.test(value) ? { value } : { fault: 'wrong_format', message: 'must be a UUID' };
};

/** One to `max` different E.164 numbers, in the order they were sent. */
export function phoneNumbers(max: number): SettingRule<string[]> {
  const message = `must be a list of 1 to ${max} numbers in E.164, e.g. +15125550100`;
  return (sent) => {
    if (!Array.isArray(sent)) return { fault: 'wrong_type', message };
    const value = [...new Set(sent as unknown[])];
    if (value.length === 0 || value.length > max) return { fault: 'out_of_range', message };
    return value.every(isE164) ? { value } : { fault: 'wrong_format', message };
  };
}

/** Whole numbers by name, in alphabetical order; at most `max` of them. */
export function ranks(
  max: number,
  name: SettingRule<string>,
  rank: SettingRule<number>,
): SettingRule<Record<string, number>> {
  const message = `must be an object of at most ${max} names, each with a whole number`;
  return (sent) => {
    if (!isObject(sent)) return { fault: 'wrong_type', message };
    const entries = Object.entries(sent).map(([key, value]) => [name(key), rank(value)] as const);
    if (entries.length > max) return { fault: 'out_of_range', message };
    const wrong = entries.flat().find((read) => 'fault' in read);
    if (wrong !== undefined) return wrong;
    const read = entries.flatMap(([key, value]) =>
      'value' in key && 'value' in value ? [[key.value, value.value] as const] : [],
    );
    // Code units, so that the order is the same on every machine.
    return { value: Object.fromEntries(read.sort(([a], [b]) => (a < b ? -1 : 1))) };
  };
}

/** Whether it is an object with fields. */
export function isObject(sent: unknown): sent is Readonly<Record<string, unknown>> {
  return typeof sent === 'object' && sent !== null && !Array.isArray(sent);
}

function isText(sent: unknown): sent is string {
  return typeof sent === 'string' && sent.isWellFormed() && !sent.includes('\0');
}

function isE164(number: unknown): number is string {
  return typeof number === 'string' && E164.test(number);
}
