import { type FieldReader } from '#libs/fields';
import { type Payout } from './destination.events.js';

const DAY_SECONDS = 86_400;
/** A million in most currencies: nobody pays that for a call, so it is a slip. */
const AMOUNT = { min: 0, max: 100_000_000 };
const SECONDS = { min: 0, max: DAY_SECONDS };
const TIERS_MAX = 20;

/** Reads what a buyer pays; what is left out stays as in `base`, unless the model rules it out. */
export function readPayout(fields: FieldReader, base: Payout): Payout {
  const model = fields.word('model', ['fixed', 'duration_tiers'], base.model);
  const fixed = model === 'fixed';
  const amountMinor = fields.integer('amount_minor', AMOUNT, fixed ? base.amountMinor : 0);
  const tiers = readTiers(fields, fixed ? [] : base.tiers);
  if (fixed && tiers.length > 0) {
    fields.refuse('tiers', 'not_allowed', 'belongs to the model duration_tiers');
  }
  if (!fixed && amountMinor !== 0) {
    fields.refuse('amount_minor', 'not_allowed', 'belongs to the model fixed');
  }
  if (!fixed && tiers.length === 0) fields.refuse('tiers', 'required', 'is required');
  return {
    model,
    currency: readCurrency(fields, base.currency),
    billableSeconds: fields.integer('billable_seconds', SECONDS, base.billableSeconds),
    ...{ amountMinor, tiers },
  };
}

function readTiers(fields: FieldReader, fallback: Payout['tiers']): Payout['tiers'] {
  if (!fields.has('tiers')) return fallback;
  const tiers = fields.list('tiers', { max: TIERS_MAX }, readTier);
  const ascends = tiers.every(
    ({ fromSeconds }, index) => index === 0 || fromSeconds > (tiers[index - 1]?.fromSeconds ?? 0),
  );
  if (!ascends) fields.refuse('tiers', 'invalid', 'must ascend by from_seconds');
  return tiers;
}

function readTier(tier: FieldReader) {
  return {
    fromSeconds: tier.integer('from_seconds', SECONDS),
    amountMinor: tier.integer('amount_minor', AMOUNT),
  };
}

const CURRENCY = { pattern: /^[A-Z]{3}$/, message: 'must be ISO 4217, e.g. USD' };
const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

function readCurrency(fields: FieldReader, fallback: string): string {
  const currency = fields.text('currency', CURRENCY, fallback);
  if (currency !== '' && !currencies.has(currency)) {
    fields.refuse('currency', 'not_allowed', CURRENCY.message);
  }
  return currency;
}
