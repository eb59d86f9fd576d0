import { type FieldError } from '#libs/kernel';
import { cadence, writeCadence } from './cadence-settings.js';
import { dialingInvalid } from './dialing.errors.js';
import { type DialingSettings } from './dialing.events.js';
import {
  type Fault,
  flag,
  isObject,
  orNull,
  phoneNumbers,
  ranks,
  type SettingRule,
  text,
  uuid,
  whole,
} from './setting-rules.js';

/** What a tenant starts with where it says nothing else (CO-7). */
export const DIALING_DEFAULTS = {
  callerIdName: null,
  callerIdAuthorisation: null,
  concurrentCallsMax: 10,
  attemptsMax: 6,
  attempts24HoursMax: 3,
  spacingMinutes: 30,
  cadence: [],
  ringSeconds: 25,
  detectMachines: true,
  transferAttemptsMax: 3,
  sourcePriorities: {},
} as const satisfies Partial<DialingSettings>;

/**
 * A consumer's phone has to ring for 15 seconds or four rings before a telemarketer may give up
 * (16 CFR 310.4(b)(4)(ii)).
 */
export const RING_SECONDS_MIN = 15;

interface Setting<Value> {
  /** The name under which it is sent. */
  readonly name: string;
  readonly rule: SettingRule<Value>;
}

/** Every setting, in the order in which events have them. */
const SETTINGS: { readonly [Key in keyof DialingSettings]: Setting<DialingSettings[Key]> } = {
  telemarketer: { name: 'telemarketer', rule: text(200) },
  seller: { name: 'seller', rule: text(200) },
  offering: { name: 'offering', rule: text(200) },
  callingNumbers: { name: 'calling_numbers', rule: phoneNumbers(100) },
  callerIdName: { name: 'caller_id_name', rule: orNull(text(50)) },
  callerIdAuthorisation: { name: 'caller_id_authorisation', rule: orNull(text(200)) },
  scriptId: { name: 'script_id', rule: uuid },
  concurrentCallsMax: { name: 'concurrent_calls_max', rule: whole(1, 1_000) },
  attemptsMax: { name: 'attempts_max', rule: whole(1, 50) },
  attempts24HoursMax: { name: 'attempts_24_hours_max', rule: whole(1, 20) },
  spacingMinutes: { name: 'spacing_minutes', rule: whole(0, 10_080) },
  cadence: { name: 'cadence', rule: cadence(50) },
  ringSeconds: { name: 'ring_seconds', rule: whole(RING_SECONDS_MIN, 120) },
  detectMachines: { name: 'detect_machines', rule: flag },
  transferAttemptsMax: { name: 'transfer_attempts_max', rule: whole(1, 10) },
  sourcePriorities: {
    name: 'source_priorities',
    rule: ranks(1_000, text(200), whole(-1_000, 1_000)),
  },
};

/**
 * Settings out of whatever was sent, under the names of the api (`calling_numbers`). What is left out
 * is as in `base`, or as in {@link DIALING_DEFAULTS} without one. Equal settings are equal as JSON.
 *
 * Throws `validation_failed` with every field that is wrong, missing or unknown.
 */
export function readDialingSettings(sent: unknown, base?: DialingSettings): DialingSettings {
  if (!isObject(sent)) throw dialingInvalid([fieldError('(body)', notAnObject)]);
  const known: Partial<DialingSettings> = base ?? DIALING_DEFAULTS;
  const keys = Object.keys(SETTINGS) as (keyof DialingSettings)[];
  const read = keys.map((key) => [key, readSetting(key, sent, known)] as const);
  const errors = [
    ...read.flatMap(([key, result]) =>
      'fault' in result ? [fieldError(SETTINGS[key].name, result)] : [],
    ),
    ...unknownFields(sent),
  ];
  if (errors.length > 0) throw dialingInvalid(errors);
  const values = read.flatMap(([key, result]) =>
    'value' in result ? [[key, result.value] as const] : [],
  );
  return Object.fromEntries(values) as unknown as DialingSettings;
}

/** Settings under the names of the api, as {@link readDialingSettings} takes them. */
export function writeDialingSettings(settings: DialingSettings): Record<string, unknown> {
  const keys = Object.keys(SETTINGS) as (keyof DialingSettings)[];
  const written = keys.map((key) => [SETTINGS[key].name, settings[key]] as const);
  return { ...Object.fromEntries(written), cadence: writeCadence(settings.cadence) };
}

function readSetting(
  key: keyof DialingSettings,
  sent: Readonly<Record<string, unknown>>,
  known: Partial<DialingSettings>,
): { readonly value: unknown } | Fault {
  const { name, rule } = SETTINGS[key];
  const value = Object.hasOwn(sent, name) ? sent[name] : undefined;
  if (value !== undefined) return rule(value);
  return key in known ? { value: known[key] } : { fault: 'required', message: 'is required' };
}

const NAMES: ReadonlySet<string> = new Set(Object.values(SETTINGS).map(({ name }) => name));

const notAnObject: Fault = { fault: 'wrong_type', message: 'must be an object' };

function unknownFields(sent: Readonly<Record<string, unknown>>): FieldError[] {
  const unknown = Object.keys(sent).filter((name) => !NAMES.has(name));
  const fault: Fault = { fault: 'unknown_field', message: 'is not known here' };
  return unknown.map((name) => fieldError(name.slice(0, 100), fault));
}

function fieldError(field: string, { fault, message }: Fault): FieldError {
  return { field, code: fault, message };
}
