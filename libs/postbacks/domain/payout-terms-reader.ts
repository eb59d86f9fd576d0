import { FieldReader } from '#libs/fields';
import { type PayoutTerms } from './postback-target.events.js';

/** A million in most currencies: nobody pays that for a call, so it is a slip. */
const AMOUNT = { min: 0, max: 100_000_000 };
const SECONDS = { min: 0, max: 86_400 };
const CURRENCY = { pattern: /^[A-Z]{3}$/, message: 'must be ISO 4217, e.g. USD' };
const PERCENT = /^\d{1,3}(?:\.\d{1,2})?$/;
const BASIS_POINTS_MAX = 10_000;

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/**
 * Reads what a target is paid for a call; `null` for nothing. Throws `validation_failed` with all
 * that is wrong with it, by the path `payout`.
 */
export function readPayoutTerms(sent: unknown): PayoutTerms | null {
  if (sent === undefined || sent === null) return null;
  const fields = new FieldReader(sent, 'payout');
  const model = fields.word('model', ['fixed', 'share']);
  const terms = model === 'fixed' ? readFixed(fields) : readShare(fields);
  fields.refuseWrong();
  return terms;
}

function readFixed(fields: FieldReader): PayoutTerms {
  const currency = fields.text('currency', CURRENCY, 'USD');
  if (currency !== '' && !currencies.has(currency)) {
    fields.refuse('currency', 'not_allowed', CURRENCY.message);
  }
  const amountMinor = fields.integer('amount_minor', AMOUNT);
  return { model: 'fixed', amountMinor, currency, billableSeconds: readSeconds(fields) };
}

function readShare(fields: FieldReader): PayoutTerms {
  const basisPoints = fields.by('percent', basisPointsOf) ?? 0;
  if (basisPoints < 1 || basisPoints > BASIS_POINTS_MAX) {
    fields.refuse('percent', 'invalid', 'must be from 0.01 to 100, with at most two decimals');
  }
  return { model: 'share', basisPoints, billableSeconds: readSeconds(fields) };
}

function readSeconds(fields: FieldReader): number {
  return fields.integer('billable_seconds', SECONDS, 0);
}

/** Hundredths of a percent, exactly; `null` if it is no percentage. */
function basisPointsOf(sent: unknown): number | null {
  const text = typeof sent === 'number' || typeof sent === 'string' ? String(sent) : '';
  return PERCENT.test(text) ? Math.round(Number(text) * 100) : null;
}
