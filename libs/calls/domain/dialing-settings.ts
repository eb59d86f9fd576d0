import { FieldReader, type IntegerRule, type TextRule } from '#libs/fields';
import { readCadence, writeCadence } from './cadence-settings.js';
import { type DialingSettings } from './dialing.events.js';
import { MACHINE_DETECTIONS } from './machine-detection.js';

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
  machineDetection: 'async',
  transferAttemptsMax: 3,
  sourcePriorities: {},
} as const satisfies Partial<DialingSettings>;

/**
 * A consumer's phone has to ring for 15 seconds or four rings before a telemarketer may give up
 * (16 CFR 310.4(b)(4)(ii)).
 */
export const RING_SECONDS_MIN = 15;

const PARTY: TextRule = { max: 200 };
const CALLER_NAME: TextRule = { max: 50 };
const NUMBERS = { min: 1, max: 100 };
const E164: TextRule = {
  pattern: /^\+[1-9]\d{6,14}$/,
  message: 'must be an E.164 number, e.g. +15125551212',
};
const UUID: TextRule = {
  pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  message: 'must be a UUID',
};
const SOURCES_MAX = 1_000;
/** Of a source’s name, as leads bear it. */
const SOURCE_LENGTH_MAX = 200;
const PRIORITY: IntegerRule = { min: -1_000, max: 1_000 };

/**
 * Settings out of whatever was sent, under the names of the api (`calling_numbers`). What is left
 * out is as in `base`, or as in {@link DIALING_DEFAULTS} without one. Equal settings are equal as
 * JSON.
 *
 * Throws `validation_failed` with every field that is wrong, missing or unknown.
 */
export function readDialingSettings(sent: unknown, base?: DialingSettings): DialingSettings {
  const fields = new FieldReader(sent);
  const settings = {
    telemarketer: fields.text('telemarketer', PARTY, base?.telemarketer),
    seller: fields.text('seller', PARTY, base?.seller),
    offering: fields.text('offering', PARTY, base?.offering),
    ...readCallerId(fields, base),
    scriptId: fields.text('script_id', UUID, base?.scriptId).toLowerCase(),
    ...readLimits(fields, base ?? DIALING_DEFAULTS),
    sourcePriorities: readPriorities(fields, (base ?? DIALING_DEFAULTS).sourcePriorities),
  };
  fields.refuseWrong();
  return settings;
}

function readCallerId(fields: FieldReader, base: DialingSettings | undefined) {
  const { callerIdName, callerIdAuthorisation } = base ?? DIALING_DEFAULTS;
  const numbers = fields.texts('calling_numbers', NUMBERS, E164, base?.callingNumbers);
  const orNull = (name: string, rule: TextRule, fallback: string | null) =>
    fields.nullable(name, fallback, () => fields.text(name, rule));
  return {
    callingNumbers: [...new Set(numbers)],
    callerIdName: orNull('caller_id_name', CALLER_NAME, callerIdName),
    callerIdAuthorisation: orNull('caller_id_authorisation', PARTY, callerIdAuthorisation),
  };
}

function readLimits(fields: FieldReader, base: typeof DIALING_DEFAULTS | DialingSettings) {
  const whole = (name: string, min: number, max: number, fallback: number) =>
    fields.integer(name, { min, max }, fallback);
  return {
    concurrentCallsMax: whole('concurrent_calls_max', 1, 1_000, base.concurrentCallsMax),
    attemptsMax: whole('attempts_max', 1, 50, base.attemptsMax),
    attempts24HoursMax: whole('attempts_24_hours_max', 1, 20, base.attempts24HoursMax),
    spacingMinutes: whole('spacing_minutes', 0, 10_080, base.spacingMinutes),
    cadence: readCadence(fields, base.cadence),
    ringSeconds: whole('ring_seconds', RING_SECONDS_MIN, 120, base.ringSeconds),
    machineDetection: fields.word('machine_detection', MACHINE_DETECTIONS, base.machineDetection),
    transferAttemptsMax: whole('transfer_attempts_max', 1, 10, base.transferAttemptsMax),
  };
}

/** By name, in order of code units, so that the order is the same on every machine. */
function readPriorities(fields: FieldReader, base: DialingSettings['sourcePriorities']) {
  const name = 'source_priorities';
  if (!fields.has(name)) return base;
  const read = fields.entries(name, { max: SOURCES_MAX }, (ranks, source) =>
    ranks.integer(source, PRIORITY),
  );
  if (!read.every(([source]) => isSource(source))) {
    fields.refuse(
      name,
      'wrong_format',
      `names must be text of 1 to ${SOURCE_LENGTH_MAX} characters`,
    );
  }
  return Object.fromEntries(
    read
      .map(([source, rank]) => [source.trim(), rank] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Whether leads may bear the name as their source, spaces around it left out. */
export function isSource(name: string): boolean {
  const isStorable = name.isWellFormed() && !name.includes('\0');
  return isStorable && name.trim() !== '' && name.length <= SOURCE_LENGTH_MAX;
}

/** Settings under the names of the api, as {@link readDialingSettings} takes them. */
export function writeDialingSettings(settings: DialingSettings): Record<string, unknown> {
  const written = Object.entries(settings).map(([key, value]) => [snakeCase(key), value] as const);
  return { ...Object.fromEntries<unknown>(written), cadence: writeCadence(settings.cadence) };
}

/** `attempts24HoursMax` is `attempts_24_hours_max` there. */
function snakeCase(key: string): string {
  return key.replace(/[A-Z]|\d+/g, (part) => `_${part.toLowerCase()}`);
}
