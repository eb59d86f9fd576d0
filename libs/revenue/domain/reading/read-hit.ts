import { type Alias, type PostbackTokenSettings } from '../postback-settings.events.js';
import { type Reading } from '../postback.events.js';
import { aliasMapWith, mapVersionOf } from './alias-map.js';
import { readAmount } from './amount.js';
import { type PhoneReading, readCaller } from './caller.js';
import { readCallTime } from './call-time-fields.js';
import { readDuration } from './duration-fields.js';
import { type FoundFields, foundFields } from './found-fields.js';
import { type Hit } from './hit.js';
import { readBuyer, readCurrency, readOurIds, readVendorCallId } from './names.js';
import { attempts, type Picked, pickFirst, type Warning } from './parsed.js';
import { sentLevels } from './sent-levels.js';
import { parseBillable, parseStatus, parseTruth, saysDuplicate } from './truth.js';

/** With what a report is read. */
export interface ReadingOptions {
  /** The tenant’s additions to the alias map; the same list each time while they are the same. */
  readonly aliases: readonly Alias[];
  readonly aliasVersion: number;
  readonly settings: Pick<PostbackTokenSettings, 'amountUnit' | 'timeZone' | 'currency'>;
  /** What a text is as a phone number, under the tenant’s rules. */
  readonly normalisePhone: (text: string) => PhoneReading;
  /** The tenant’s keyed hash of a number. */
  readonly hashPhone: (e164: string) => string;
}

/** How a report is read, and who called: the number is personal and has to be sealed. */
export interface ReadHit {
  readonly reading: Reading;
  /** E.164. */
  readonly caller: string | null;
}

/** More of them tell nothing more. */
const WARNINGS_MAX = 50;

/**
 * Understands a report (semantics §3.4). Takes any bytes and never throws: what is not understood
 * is `null`, with a warning. The same report, map and settings always come to the same reading.
 */
export function readHit(hit: Hit, options: ReadingOptions): ReadHit {
  const { format, levels, warnings } = sentLevels(hit);
  const found = foundFields(levels, aliasMapWith(options.aliases));
  const { settings } = options;
  const caller = readCaller(
    found.of('caller'),
    found.of('caller_if_phone'),
    options.normalisePhone,
  );
  const amount = readAmount(found, settings.amountUnit);
  const parts = {
    ...{ caller, amount, ...readTruths(found) },
    ...{ ids: readOurIds(found), currency: readCurrency(found, amount) },
    ...{ vendorCallId: readVendorCallId(found, caller), buyer: readBuyer(found, caller) },
    ...readTimes(found, settings.timeZone),
  };
  const odd = Object.values(parts).flatMap((part) => part.warnings);
  const reading: Reading = {
    ...{ mapVersion: mapVersionOf(options.aliasVersion), format, ids: parts.ids.value ?? [] },
    vendorCallId: parts.vendorCallId.value,
    callerHash: caller.value === null ? null : options.hashPhone(caller.value),
    callerProblem: caller.problem,
    durationSeconds: parts.durationSeconds.value,
    buyer: parts.buyer.value,
    payoutMinor: parts.amount.value === null ? null : Number(parts.amount.value),
    payoutMode: parts.amount.mode,
    currency: parts.currency.value ?? settings.currency,
    billable: parts.billable.value,
    isDuplicate: parts.isDuplicate.value ?? false,
    callAt: parts.callAt.value === null ? null : new Date(parts.callAt.value).toISOString(),
    fields: fieldsOf(parts),
    warnings: distinct([...warnings, ...found.warnings, ...odd]).slice(0, WARNINGS_MAX),
  };
  return { reading, caller: caller.value };
}

function readTimes(found: FoundFields, timeZone: string) {
  const durationSeconds = readDuration(found);
  return { durationSeconds, callAt: readCallTime(found, timeZone, durationSeconds.value) };
}

/** An explicit field wins over a status; a status may say that the call is a duplicate, too. */
function readTruths(found: FoundFields) {
  const explicit = pickFirst(attempts(found.of('billable'), parseBillable));
  const byStatus = pickFirst(attempts(found.of('status'), parseStatus));
  const chosen = explicit.value === null ? byStatus : explicit;
  const flag = pickFirst(attempts(found.of('is_duplicate'), parseTruth));
  const status = found.of('status').find(({ value }) => saysDuplicate(value));
  const isDuplicate =
    flag.value === null && status !== undefined
      ? { ...flag, value: true, from: status.name }
      : flag;
  const billable = { ...chosen, warnings: [...explicit.warnings, ...byStatus.warnings] };
  return { billable, isDuplicate };
}

/** By which field each part was told, under the names of {@link Reading}. */
function fieldsOf(parts: Readonly<Record<string, Pick<Picked<unknown>, 'from'>>>) {
  const told: Record<string, string> = {};
  for (const [part, { from }] of Object.entries(parts)) {
    if (from !== null) told[part === 'amount' ? 'payoutMinor' : part] = from;
  }
  return told;
}

function distinct(warnings: readonly Warning[]): Warning[] {
  const seen = new Map(warnings.map((warning) => [`${warning.code} ${warning.field}`, warning]));
  return [...seen.values()];
}
