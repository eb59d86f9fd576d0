import { type Alias } from '../postback-settings.events.js';
import { type FeedbackReading, type FeedbackStatus } from '../lead-feedback.events.js';
import { aliasMapWith, mapVersionOf, normaliseKey } from './alias-map.js';
import { type FoundFields, foundFields } from './found-fields.js';
import { type Hit } from './hit.js';
import { isUnreplaced } from './macros.js';
import { readOurIds } from './names.js';
import { type SentValue } from './parsed.js';
import { sentLevels } from './sent-levels.js';

/** How feedback is read, and the reason it gives: a free text, which has to be sealed. */
export interface ReadFeedback {
  readonly reading: FeedbackReading;
  readonly reason: string | null;
}

/** Beside the names that a status has in reports of calls. */
const STATUS_NAMES = ['lead_status', 'feedback', 'event_type', 'type', 'result'].map(normaliseKey);
const REASON_NAMES = [
  ...['reason', 'reject_reason', 'rejection_reason', 'return_reason', 'reason_code', 'message'],
].map(normaliseKey);
const ECHO_NAMES = ['event_id', 'sale_id'].map(normaliseKey);
const REASON_LENGTH_MAX = 500;
const WARNINGS_MAX = 50;

/** The words that platforms use, as they are compared: letters and digits only. */
const WORDS: Readonly<Record<FeedbackStatus, readonly string[]>> = {
  accepted: ['accepted', 'accept', 'approved', 'qualified', 'valid'],
  rejected: ['rejected', 'reject', 'declined', 'unqualified', 'invalid', 'notaccepted'],
  delivered: ['delivered', 'delivery'],
  converted: ['converted', 'conversion', 'sold', 'sale', 'paid'],
  returned: ['returned', 'return', 'refunded', 'refund', 'chargeback'],
};
const STATUS_OF = new Map(
  (Object.keys(WORDS) as FeedbackStatus[]).flatMap((status) =>
    WORDS[status].map((word) => [word, status] as const),
  ),
);

/**
 * Understands what a buyer says of a lead (PB-10): whichever way it was sent, as with reports of
 * calls. Takes any bytes and never throws.
 */
export function readFeedback(
  hit: Hit,
  { aliases, version }: { readonly aliases: readonly Alias[]; readonly version: number },
): ReadFeedback {
  const { format, levels, warnings } = sentLevels(hit);
  const found = foundFields(levels, aliasMapWith(aliases));
  const sent = levels.flat().filter(({ value }) => !isUnreplaced(value));
  const said = [...found.of('status'), ...named(sent, STATUS_NAMES)];
  const status = said.map(({ value }) => statusIn(value)).find((word) => word !== null) ?? null;
  const reason = named(sent, REASON_NAMES)[0]?.value.trim().slice(0, REASON_LENGTH_MAX) ?? null;
  const reading: FeedbackReading = {
    ...{ mapVersion: mapVersionOf(version), format, ids: idsIn(found, sent), status },
    isStatusKnown: status !== null || said.length === 0,
    hasReason: reason !== null,
    warnings: [...warnings, ...found.warnings].slice(0, WARNINGS_MAX),
  };
  return { reading, reason };
}

/**
 * A field for the call or for the event of its delivery holds an id of ours, too, where a buyer echoes
 * what it was told.
 */
function idsIn(found: FoundFields, sent: readonly SentValue[]): string[] {
  const echoed = [...found.of('vendor_call_id'), ...named(sent, ECHO_NAMES)];
  const echoes = readOurIds({ ...found, of: () => echoed }).value ?? [];
  return [...new Set([...(readOurIds(found).value ?? []), ...echoes])];
}

function statusIn(text: string): FeedbackStatus | null {
  return STATUS_OF.get(text.toLowerCase().replace(/[^a-z]/g, '')) ?? null;
}

/** The most telling name first. */
function named(sent: readonly SentValue[], names: readonly string[]): SentValue[] {
  return names.flatMap((name) => sent.filter((field) => normaliseKey(field.name) === name));
}
