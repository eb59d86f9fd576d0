import { FieldReader } from '#libs/fields';
import { readFilter } from '#libs/filters';
import { type Caps, type DestinationSettings } from './destination.events.js';
import { readPayout } from './payout-settings.js';
import { ANYWHERE, type MayReach, OUT_OF_REACH } from './reach.js';
import { readSchedule } from './schedule-settings.js';
import { unknownPlaceholders, WHISPER_MAX } from './whisper.js';

/**
 * What a destination has unless it says otherwise.
 *
 * Caps count in days of some calendar even where a destination is always open, so there must be a
 * zone; most buyers of US calls keep Eastern time.
 */
export const DESTINATION_DEFAULTS: Omit<DestinationSettings, 'name' | 'address'> = {
  brandName: null,
  schedule: {
    timeZone: 'America/New_York',
    hours: {},
    closedOn: [],
    expiresAt: null,
    offHours: 'next',
    standInId: null,
  },
  caps: {
    ...{ hour: null, day: null, week: null, month: null, total: null },
    ...{ concurrent: null, spacingSeconds: null },
  },
  payout: { model: 'fixed', currency: 'USD', billableSeconds: 0, amountMinor: 0, tiers: [] },
  whisper: null,
  acceptKey: null,
  ringSeconds: 30,
  detectMachines: true,
  priority: 1,
  weight: 1,
  filter: null,
  presentsConsumer: false,
};

const NAME = { max: 100 };

/** Makes E.164 of a number as people write it; `null` for one that is not called from here. */
export type ReadNumber = (text: string) => string | null;

/** The numbers of the US, of Canada, and those without a place, such as toll-free ones. */
const E164 = /^\+1[2-9]\d{2}[2-9]\d{6}$/;

/**
 * Reads the configuration of a destination as it comes in (snake_case), or a change of it: what is
 * left out stays as in `base`, or takes its default where there is none. Only name and address have
 * none.
 *
 * Within `address`, `schedule`, `caps` and `payout` single fields may be left out, too; hours,
 * closed days, tiers and the filter are replaced as a whole. Throws `validation_failed` with
 * everything that is wrong. `readNumber` knows numbering plans, which this file may not, and
 * `mayReach` networks.
 */
export function readDestinationSettings(
  value: unknown,
  base?: DestinationSettings,
  readNumber: ReadNumber = (text) => text,
  mayReach: MayReach = ANYWHERE,
): DestinationSettings {
  const fields = new FieldReader(value);
  const from = base ?? DESTINATION_DEFAULTS;
  const settings: DestinationSettings = {
    name: fields.text('name', NAME, base?.name),
    brandName: fields.nullable('brand_name', from.brandName, () => fields.text('brand_name', NAME)),
    address: readAddress(fields.object('address'), base?.address, { readNumber, mayReach }),
    schedule: readSchedule(fields.object('schedule'), from.schedule),
    caps: readCaps(fields.object('caps'), from.caps),
    payout: readPayout(fields.object('payout'), from.payout),
    ...readHandover(fields, from),
    priority: fields.integer('priority', { min: 0, max: 1_000 }, from.priority),
    weight: fields.integer('weight', { min: 1, max: 1_000 }, from.weight),
    filter: fields.nullable('filter', from.filter, () => fields.by('filter', readFilter)),
    presentsConsumer: fields.boolean('presents_consumer', from.presentsConsumer),
  };
  refuseUntoldMachines(fields, settings);
  fields.refuseWrong();
  return settings;
}

/**
 * Providers tell no machine from a person where keys are sent: the consumer would be handed to a
 * mailbox unknown to whoever asked for detection. A key to accept does what was meant.
 */
function refuseUntoldMachines(
  fields: FieldReader,
  { address: { sendDigits }, acceptKey, detectMachines }: DestinationSettings,
): void {
  if (sendDigits === null || acceptKey !== null || !detectMachines) return;
  fields.refuse(
    'detect_machines',
    'not_allowed',
    'does nothing where send_digits are sent: set accept_key, so that a person has to press a key, ' +
      'or set detect_machines to false',
  );
}

type Handover = Pick<
  DestinationSettings,
  'whisper' | 'acceptKey' | 'ringSeconds' | 'detectMachines'
>;

const KEY = { pattern: /^[0-9*#]$/, message: 'must be one key: 0-9, * or #' };

function readHandover(fields: FieldReader, from: Handover): Handover {
  return {
    whisper: fields.nullable('whisper', from.whisper, () => readWhisper(fields)),
    acceptKey: fields.nullable('accept_key', from.acceptKey, () => fields.text('accept_key', KEY)),
    ringSeconds: fields.integer('ring_seconds', { min: 5, max: 120 }, from.ringSeconds),
    detectMachines: fields.boolean('detect_machines', from.detectMachines),
  };
}

function readWhisper(fields: FieldReader): string {
  const whisper = fields.text('whisper', { max: WHISPER_MAX });
  const unknown = unknownPlaceholders(whisper);
  if (unknown.length > 0) {
    const known = '{{first_name}}, {{state}} and {{answers.<id>}}';
    fields.refuse('whisper', 'unknown_placeholder', `knows only ${known}`);
  }
  return whisper;
}

/** Providers take no more keys than that. */
const KEYS = {
  max: 32,
  pattern: /^[0-9*#w]+$/,
  message: 'must be keys 0-9, * and #, and w to wait half a second',
};

/** An address of another kind begins anew: keys meant for the old one are not sent to it. */
function readAddress(
  fields: FieldReader,
  base: DestinationSettings['address'] | undefined,
  { readNumber, mayReach }: { readonly readNumber: ReadNumber; readonly mayReach: MayReach },
): DestinationSettings['address'] {
  const text = fields.text('value', { max: 255 }, base?.value);
  const kind = /^sips?:/i.test(text) ? 'sip' : 'phone';
  const value = kind === 'sip' ? text : (readNumber(text) ?? '');
  if (fields.word('kind', ['phone', 'sip'], kind) !== kind) {
    fields.refuse('kind', 'invalid', `does not fit the value, which is a ${kind} address`);
  }
  if (text !== '' && !isAddress(kind, value)) {
    fields.refuse('value', 'invalid', 'must be a US or Canadian number, or sip:name@host');
  } else if (kind === 'sip' && !mayReach(hostOf(value))) {
    fields.refuse('value', 'not_allowed', OUT_OF_REACH);
  }
  const kept = base?.kind === kind ? base.sendDigits : null;
  const read = () => fields.text('send_digits', KEYS);
  return { kind, value, sendDigits: fields.nullable('send_digits', kept, read) };
}

function isAddress(kind: 'phone' | 'sip', value: string): boolean {
  return kind === 'phone' ? E164.test(value) : /^sips?:[^\s@<>]+@[^\s@<>]+$/i.test(value);
}

/** Of a sip: address, without port and parameters. */
function hostOf(address: string): string {
  const [, host = ''] = /@(\[[^\]]*\]|[^:;?]*)/.exec(address) ?? [];
  return host;
}

const CAP = { min: 0, max: 1_000_000 };
/** A week. */
const SPACING = { min: 0, max: 604_800 };

function readCaps(fields: FieldReader, base: Caps): Caps {
  const cap = (name: string, fallback: number | null, rule = CAP) =>
    fields.nullable(name, fallback, () => fields.integer(name, rule));
  return {
    hour: cap('hour', base.hour),
    day: cap('day', base.day),
    week: cap('week', base.week),
    month: cap('month', base.month),
    total: cap('total', base.total),
    concurrent: cap('concurrent', base.concurrent),
    spacingSeconds: cap('spacing_seconds', base.spacingSeconds, SPACING),
  };
}
