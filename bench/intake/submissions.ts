/** Area codes whose every number of the form NXX-XXXX counts as valid. */
const areaCodes = [
  '201',
  '206',
  '212',
  '214',
  '303',
  '305',
  '310',
  '312',
  '404',
  '415',
  '469',
  '503',
  '512',
  '602',
  '617',
  '702',
  '713',
  '737',
  '813',
  '919',
];
const states = ['TX', 'CA', 'FL', 'NY', 'IL', 'WA', 'GA', 'AZ', 'MA', 'NC'];
const firstNames = [
  'Jane',
  'John',
  'Maria',
  'Wei',
  'Aisha',
  'Peter',
  'Olga',
  'Luis',
  'Emma',
  'Noah',
];
const lastNames = [
  'Miller',
  'Garcia',
  'Chen',
  'Smith',
  'Okafor',
  'Novak',
  'Silva',
  'Brown',
  'Kaya',
];

/** Exchanges without 555 and without the service codes N11. */
const exchanges = Array.from({ length: 800 }, (_, n) => n + 200).filter(
  (exchange) => exchange !== 555 && exchange % 100 !== 11,
);
const numbersPerArea = exchanges.length * 10_000;
const numbers = areaCodes.length * numbersPerArea;
/** Shares no factor with `numbers`, so that stepping by it meets every number once. */
const stride = 32_452_843;

/** One request of the load. */
export interface Submission {
  readonly body: string;
  readonly idempotencyKey: string;
  /** Whether an earlier submission of the same sequence had this phone. */
  readonly duplicate: boolean;
}

/**
 * An endless sequence of leads as a web form posts them. The same seed gives the same sequence, so
 * that both sides get the same work.
 */
export class Submissions {
  readonly #random: () => number;
  readonly #offset: number;
  readonly #consentedAt: string;
  #count = 0;
  #phones = 0;

  constructor(
    private readonly seed: number,
    private readonly duplicateShare: number,
    now: Date,
  ) {
    this.#random = randomNumbers(seed);
    this.#offset = Math.floor(this.#random() * numbers);
    this.#consentedAt = now.toISOString();
  }

  next(): Submission {
    this.#count += 1;
    const duplicate = this.#phones > 0 && this.#random() < this.duplicateShare;
    const phone = this.#phone(duplicate ? this.#pick(this.#phones) : this.#phones);
    if (!duplicate) this.#phones += 1;
    const idempotencyKey = `bench-${this.seed}-${this.#count}`;
    return { body: this.#body(phone), idempotencyKey, duplicate };
  }

  #phone(index: number): string {
    const place = (this.#offset + index * stride) % numbers;
    const area = areaCodes[Math.floor(place / numbersPerArea)] ?? '';
    const rest = place % numbersPerArea;
    const exchange = exchanges[Math.floor(rest / 10_000)] ?? 0;
    return `${area}${exchange}${String(rest % 10_000).padStart(4, '0')}`;
  }

  #body(phone: string): string {
    const first = firstNames[this.#pick(firstNames.length)] ?? '';
    const last = lastNames[this.#pick(lastNames.length)] ?? '';
    const state = states[this.#pick(states.length)] ?? '';
    const zip = String(10_000 + this.#pick(89_999));
    return `{"source":"bench-webform","phone":"${phone}","first_name":"${first}","last_name":"${last}","email":"${first}.${last}.${this.#count}@example.com","state":"${state}","zip":"${zip}","city":"Springfield","consent":{"consent_timestamp":"${this.#consentedAt}","consent_text_version":"webform-v2","source_url":"https://example.com/quote?step=3"},"attribution":{"utm_source":"google","utm_medium":"cpc","utm_campaign":"autumn-medigap","utm_content":"ad-${this.#pick(40)}","gclid":"Cj0KCQ${this.#count}aAQ"},"custom_fields":{"age":${50 + this.#pick(40)},"insured":true,"carrier":"Acme Mutual","notes":"asked to be called in the afternoon"}}`;
  }

  #pick(below: number): number {
    return Math.floor(this.#random() * below);
  }
}

/** Mulberry32: numbers in [0, 1), the same ones for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
