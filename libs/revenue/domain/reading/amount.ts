import { type PostbackTokenSettings } from '../postback-settings.events.js';
import { type AliasField } from './alias-map.js';
import { type FoundFields } from './found-fields.js';
import { currencyIn, parseCents, parseDollars } from './money.js';
import { attempts, type Picked, pickFirst, type SentValue, type Warning } from './parsed.js';

interface AmountOfFamily extends Picked<bigint> {
  /** As the amount itself says, e.g. in `42.50 CAD`. */
  readonly currency: string | null;
}

/** What a call is worth as reported, in minor units, and whether that is the whole. */
export interface ReadAmount extends AmountOfFamily {
  readonly mode: 'set' | 'add';
}

/** The meanings of an amount in cents and of the same in units. */
type Family = readonly [AliasField, AliasField];

/** What we are paid, then what the sender takes in. */
const FAMILIES: readonly Family[] = [
  ['payout_cents', 'payout_dollars'],
  ['revenue_cents', 'revenue_dollars'],
];
const ADDITIONS: Family = ['add_cents', 'add_dollars'];

/**
 * What the call is worth to us. What we are paid wins over what the sender takes in, whatever the
 * unit: a revenue is not looked at once a payout was sent, even an unreadable one. An amount in
 * cents wins over one in dollars. An addition counts only where there is no whole amount.
 */
export function readAmount(
  found: FoundFields,
  unit: PostbackTokenSettings['amountUnit'],
): ReadAmount {
  const additions = sentIn(found, ADDITIONS);
  for (const family of FAMILIES) {
    const sent = sentIn(found, family);
    if (sent.all.length === 0) continue;
    const whole = readFamily(sent, unit);
    const ignored = additions.all.map(({ name }) => ({ field: name, code: 'addition_ignored' }));
    return { ...whole, warnings: [...whole.warnings, ...ignored], mode: 'set' };
  }
  const mode = additions.all.length > 0 ? 'add' : 'set';
  return { ...readFamily(additions, unit), mode };
}

/** The fields of one family. */
interface SentFamily {
  readonly cents: readonly SentValue[];
  readonly dollars: readonly SentValue[];
  readonly all: readonly SentValue[];
}

function sentIn(found: FoundFields, [inCents, inDollars]: Family): SentFamily {
  const [cents, dollars] = [found.of(inCents), found.of(inDollars)];
  return { cents, dollars, all: cents.length === 0 ? dollars : [...cents, ...dollars] };
}

function readFamily(sent: SentFamily, unit: PostbackTokenSettings['amountUnit']): AmountOfFamily {
  const cents = pickFirst(attempts(sent.cents, parseCents));
  const parse = unit === 'cents' ? parseCents : parseDollars;
  const dollars = pickFirst(attempts(sent.dollars, parse));
  const chosen = cents.value === null ? dollars : cents;
  const { value, from } = chosen;
  const text = sent.all.find(({ name }) => name === from)?.value ?? '';
  return {
    ...{ value, from, currency: currencyIn(text) },
    warnings: [...cents.warnings, ...dollars.warnings, ...discord(cents, dollars)],
  };
}

function discord(cents: Picked<bigint>, dollars: Picked<bigint>): Warning[] {
  if (cents.value === null || dollars.value === null || cents.value === dollars.value) return [];
  return [{ field: dollars.from ?? '', code: 'amounts_disagree' }];
}
