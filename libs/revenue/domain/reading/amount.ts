import { type PostbackTokenSettings } from '../postback-settings.events.js';
import { type AliasField } from './alias-map.js';
import { type FoundFields } from './found-fields.js';
import { currencyIn, parseCents, parseDollars } from './money.js';
import { attempts, type Picked, pickFirst, type Warning } from './parsed.js';

interface AmountOfFamily extends Picked<bigint> {
  /** As the amount itself says, e.g. in `42.50 CAD`. */
  readonly currency: string | null;
}

/** What a call is worth as reported, in minor units, and whether that is the whole. */
export interface ReadAmount extends AmountOfFamily {
  readonly mode: 'set' | 'add';
}

/**
 * What the call is worth to us. What we are paid wins over what the sender takes in, whatever the
 * unit: a revenue is not looked at once a payout was sent, even an unreadable one. An amount in
 * cents wins over one in dollars. An addition counts only where there is no whole amount.
 */
export function readAmount(
  found: FoundFields,
  unit: PostbackTokenSettings['amountUnit'],
): ReadAmount {
  const additions = [...found.of('add_cents'), ...found.of('add_dollars')];
  for (const family of ['payout', 'revenue'] as const) {
    if (!isSent(found, `${family}_cents`, `${family}_dollars`)) continue;
    const whole = readFamily(found, `${family}_cents`, `${family}_dollars`, unit);
    const ignored = additions.map(({ name }) => ({ field: name, code: 'addition_ignored' }));
    return { ...whole, warnings: [...whole.warnings, ...ignored], mode: 'set' };
  }
  const mode = additions.length > 0 ? 'add' : 'set';
  return { ...readFamily(found, 'add_cents', 'add_dollars', unit), mode };
}

function isSent(found: FoundFields, ...fields: readonly AliasField[]): boolean {
  return fields.some((field) => found.of(field).length > 0);
}

function readFamily(
  found: FoundFields,
  centsField: AliasField,
  dollarsField: AliasField,
  unit: PostbackTokenSettings['amountUnit'],
): AmountOfFamily {
  const cents = pickFirst(attempts(found.of(centsField), parseCents));
  const parse = unit === 'cents' ? parseCents : parseDollars;
  const dollars = pickFirst(attempts(found.of(dollarsField), parse));
  const chosen = cents.value === null ? dollars : cents;
  const { value, from } = chosen;
  const sent = [...found.of(centsField), ...found.of(dollarsField)];
  const text = sent.find(({ name }) => name === from)?.value ?? '';
  return {
    ...{ value, from, currency: currencyIn(text) },
    warnings: [...cents.warnings, ...dollars.warnings, ...discord(cents, dollars)],
  };
}

function discord(cents: Picked<bigint>, dollars: Picked<bigint>): Warning[] {
  if (cents.value === null || dollars.value === null || cents.value === dollars.value) return [];
  return [{ field: dollars.from ?? '', code: 'amounts_disagree' }];
}
