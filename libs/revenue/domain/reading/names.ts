import { type ReadAmount } from './amount.js';
import { type FoundFields } from './found-fields.js';
import { attempts, type Parsed, type Picked, pickFirst, problem } from './parsed.js';

const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;
const NAME_LENGTH_MAX = 200;
const IDS_MAX = 10;

/**
 * Our own ids that the sender echoed, of a transfer or a lead, in order of precedence. Fields for
 * references hold senders’ own ones as well; what cannot be ours is no mistake.
 */
export function readOurIds(found: FoundFields): Picked<string[]> {
  const ours = found
    .of('our_id')
    .flatMap(({ name, value }) => (UUID.test(value) ? [{ name, id: dashed(value) }] : []));
  const ids = [...new Set(ours.map(({ id }) => id))].slice(0, IDS_MAX);
  return { value: ids, from: ours[0]?.name ?? null, warnings: [] };
}

function dashed(uuid: string): string {
  const hex = uuid.toLowerCase().replaceAll('-', '');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The sender’s name for the call. Never cut: two calls could become one. */
export function readVendorCallId(found: FoundFields, caller: Picked<string>): Picked<string> {
  return pickFirst(
    attempts(found.of('vendor_call_id'), (text): Parsed<string> => {
      if (isCallers(text, caller)) return problem('is_the_caller');
      return text.length > NAME_LENGTH_MAX ? problem('too_long') : { value: text };
    }),
  );
}

/** Who bought the call, as the sender names it; cut where it is longer than any name. */
export function readBuyer(found: FoundFields, caller: Picked<string>): Picked<string> {
  return pickFirst(
    attempts(found.of('buyer'), (text): Parsed<string> => {
      if (isCallers(text, caller)) return problem('is_the_caller');
      if (text.length <= NAME_LENGTH_MAX) return { value: text };
      return { value: text.slice(0, NAME_LENGTH_MAX).toWellFormed(), warning: 'cut' };
    }),
  );
}

/** ISO 4217. What the amount itself says is closer to it than a field of its own. */
export function readCurrency(found: FoundFields, amount: ReadAmount): Picked<string> {
  const named = pickFirst(
    attempts(found.of('currency'), (text) =>
      /^[a-z]{3}$/i.test(text) ? { value: text.toUpperCase() } : problem('currency_unknown'),
    ),
  );
  const { currency: value, from } = amount;
  if (value === null || value === named.value) return named;
  const discord = { field: named.from ?? '', code: 'currencies_disagree' };
  return {
    value,
    from,
    warnings: named.value === null ? named.warnings : [...named.warnings, discord],
  };
}

/** Whether a text holds the caller’s number: readings are not sealed, so it must not get there. */
function isCallers(text: string, { value }: Picked<string>): boolean {
  const national = value?.slice(-10);
  return national !== undefined && text.replace(/\D/g, '').includes(national);
}
