import { type Alias } from '../postback-settings.events.js';
import {
  ALIAS_FIELDS,
  ALIAS_MAP_VERSION,
  type AliasField,
  BUILT_IN_ALIASES,
} from './built-in-aliases.js';

export { ALIAS_FIELDS, ALIAS_MAP_VERSION, type AliasField };

/** What a name means, and how telling it is: of two names of one meaning the lower rank counts. */
export interface AliasPlace {
  readonly field: AliasField;
  readonly rank: number;
  /** The name as it is compared. */
  readonly key: string;
}

/** Longer names are nobody’s spelling of anything. */
export const KEY_LENGTH_MAX = 100;
/** Spellings that a map remembers: senders use the same few names in every report. */
const SPELLINGS_MAX = 500;

/**
 * A number to be called in one platform’s reports and the caller’s in another’s; only the separator
 * tells `inbound_number` (Retreaver) from `InboundNumber` (Ringba).
 */
const DIALED_NOT_CALLER = /^inbound[_\-. ]+number$/i;

/** A name as it is compared: casing and `_ - . space` do not matter. */
export function normaliseKey(name: string): string {
  return name.toLowerCase().replace(/[_\-. ]/g, '');
}

/** Which map a report was read with, e.g. `1.3`: built-in version 1, the tenant’s version 3. */
export function mapVersionOf(aliasVersion: number): string {
  return `${ALIAS_MAP_VERSION}.${aliasVersion}`;
}

/**
 * What names mean to a tenant: its additions first, the built-in names after them. A name that was
 * added means what the tenant says and no longer what it meant before, so that a buyer whose
 * `amount` is in cents can be told so.
 */
export class AliasMap {
  readonly #places = new Map<string, AliasPlace>();
  /** What was asked for lately, as it was sent; `null` means nothing. */
  readonly #asked = new Map<string, AliasPlace | null>();

  constructor(additions: readonly Alias[]) {
    const ranked = new Map<AliasField, number>();
    const put = (field: AliasField, name: string) => {
      const key = normaliseKey(name);
      if (this.#places.has(key)) return;
      const rank = ranked.get(field) ?? 0;
      this.#places.set(key, { field, rank, key });
      ranked.set(field, rank + 1);
    };
    for (const { field, name } of additions) if (isAliasField(field)) put(field, name);
    for (const field of ALIAS_FIELDS) for (const name of BUILT_IN_ALIASES[field]) put(field, name);
  }

  /** What a name means as it was sent; `undefined` if nothing we look for. */
  placeOf(name: string): AliasPlace | undefined {
    if (name.length > KEY_LENGTH_MAX) return undefined;
    const known = this.#asked.get(name);
    if (known !== undefined) return known ?? undefined;
    const place = this.#find(name);
    if (this.#asked.size >= SPELLINGS_MAX) this.#asked.clear();
    this.#asked.set(name, place ?? null);
    return place;
  }

  #find(name: string): AliasPlace | undefined {
    const place = this.#places.get(normaliseKey(name));
    return place?.field === 'caller' && DIALED_NOT_CALLER.test(name) ? undefined : place;
  }
}

const known = new WeakMap<readonly Alias[], AliasMap>();

/** The map with a tenant’s additions; made once for each list. */
export function aliasMapWith(additions: readonly Alias[]): AliasMap {
  const made = known.get(additions) ?? new AliasMap(additions);
  known.set(additions, made);
  return made;
}

/** Whether a word names something we look for. */
export function isAliasField(word: unknown): word is AliasField {
  return (ALIAS_FIELDS as readonly unknown[]).includes(word);
}
