/**
 * What a stream's metadata says about which of its events are still to be seen. Events beyond these
 * rules stay in the log and in `$all`; they are only left out when the stream is read.
 */
export interface StreamRules {
  /** The name is burnt for ever. */
  readonly tombstoned: boolean;
  /** `$tb`: the first revision to be seen. */
  readonly truncateBefore: number;
  /** `$maxCount`: only the last so many events; infinite if not set. */
  readonly maxCount: number;
  /** `$maxAge` in milliseconds; infinite if not set. */
  readonly maxAgeMs: number;
  /** False only for streams whose metadata was never written. */
  readonly hasMetadata: boolean;
}

export const NO_RULES: StreamRules = {
  tombstoned: false,
  truncateBefore: 0,
  maxCount: Number.POSITIVE_INFINITY,
  maxAgeMs: Number.POSITIVE_INFINITY,
  hasMetadata: false,
};

/** Of a metadata stream only the last event counts. */
export const METASTREAM_RULES: StreamRules = { ...NO_RULES, maxCount: 1 };

const METASTREAM_PREFIX = '$$';
/** `$tb` of a soft-deleted stream: 2^63 - 1, which reads as 2^63 in a double. */
const DELETED_TRUNCATE_BEFORE = 2 ** 63;
/** The metadata a soft delete writes, byte for byte as EventStoreDB does. */
export const SOFT_DELETE_METADATA = '{"$tb":9223372036854775807}';

export function isMetastream(stream: string): boolean {
  return stream.startsWith(METASTREAM_PREFIX);
}

export function metastreamOf(stream: string): string {
  return METASTREAM_PREFIX + stream;
}

export function originalStreamOf(metastream: string): string {
  return metastream.slice(METASTREAM_PREFIX.length);
}

export function isSoftDeleted(rules: StreamRules): boolean {
  return rules.truncateBefore >= DELETED_TRUNCATE_BEFORE;
}

function parseObject(json: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(json);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

function positiveNumber(value: unknown, otherwise: number): number {
  return typeof value === 'number' && value > 0 ? value : otherwise;
}

/** The rules of a metadata event's JSON. What is malformed is as if it were not there. */
export function parseStreamMetadata(json: string): StreamRules {
  const metadata = parseObject(json);
  return {
    tombstoned: false,
    truncateBefore: positiveNumber(metadata['$tb'], 0),
    maxCount: positiveNumber(metadata['$maxCount'], Number.POSITIVE_INFINITY),
    maxAgeMs: positiveNumber(metadata['$maxAge'], Number.POSITIVE_INFINITY) * 1000,
    hasMetadata: true,
  };
}

/** The metadata that brings a soft-deleted stream back, beginning with `firstRevision`. */
export function undeleteMetadata(json: string, firstRevision: number): string {
  return JSON.stringify({ ...parseObject(json), $tb: firstRevision });
}

/** The first revision to be seen of a stream whose last one is `lastRevision`, ages left aside. */
export function firstVisibleRevision(rules: StreamRules, lastRevision: number): number {
  return Math.max(0, rules.truncateBefore, lastRevision - rules.maxCount + 1);
}

/** Whether an event of this age is still to be seen. */
export function isYoungEnough(rules: StreamRules, createdAt: number, now: number): boolean {
  return now - createdAt <= rules.maxAgeMs;
}
