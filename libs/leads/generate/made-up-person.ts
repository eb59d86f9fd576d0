import { ConsentSubmission, LeadSubmission } from '../intake/lead-submission.js';
import { AREA_CODES_BY_STATE } from './area-codes.js';
import { type FictionalPhone } from './fictional-phones.js';
import { type Random } from './random.js';
import { SHARES, WAITS_MS } from './shares.js';

const FIRST_NAMES = [
  ...['Aisha', 'Carlos', 'Diane', 'Emma', 'Frank', 'Grace', 'Hanna', 'Ivan', 'Jane', 'Kofi'],
  ...['Linda', 'Maria', 'Noah', 'Olga', 'Peter', 'Quinn', 'Rosa', 'Samir', 'Tessa', 'Wei'],
];
const LAST_NAMES = [
  ...['Adams', 'Brown', 'Chen', 'Diaz', 'Evans', 'Fischer', 'Garcia', 'Haddad', 'Ito', 'Jones'],
  ...['Kaya', 'Lopez', 'Miller', 'Novak', 'Okafor', 'Park', 'Rossi', 'Silva', 'Turner', 'Walsh'],
];
const CITIES = ['Ashford', 'Brookside', 'Clearwater', 'Fairview', 'Milton', 'Riverton', 'Salem'];
const STREETS = ['Cedar Lane', 'Elm Street', 'Lake Drive', 'Main Street', 'Oak Avenue'];

interface Campaign {
  readonly source: string;
  readonly utm_source: string;
  readonly utm_campaign: string;
  readonly custom: (random: Random) => Record<string, unknown>;
}

const roofing = (random: Random) => ({
  roof_age: random.below(40),
  own_home: random.chance(0.9),
});
const medicare = (random: Random) => ({
  age: 62 + random.below(25),
  carrier: random.pick(['none', 'Acme Mutual', 'Example Health']),
});
const solar = (random: Random) => ({
  monthly_bill: 60 + 10 * random.below(40),
  shading: random.pick(['none', 'some', 'much']),
});

const CAMPAIGNS: readonly Campaign[] = [
  { source: 'quote-form', utm_source: 'google', utm_campaign: 'roofing-tx', custom: roofing },
  { source: 'quote-form', utm_source: 'facebook', utm_campaign: 'roofing-fl', custom: roofing },
  { source: 'medigap-guide', utm_source: 'google', utm_campaign: 'aep', custom: medicare },
  { source: 'medigap-guide', utm_source: 'bing', utm_campaign: 'turning-65', custom: medicare },
  { source: 'solar-check', utm_source: 'google', utm_campaign: 'solar-ca', custom: solar },
  { source: 'partner-one', utm_source: 'partner-one', utm_campaign: 'shared', custom: solar },
  { source: 'partner-two', utm_source: 'partner-two', utm_campaign: 'exclusive', custom: roofing },
];

const STATES = Object.keys(AREA_CODES_BY_STATE);

/** What the consent of a submission is like; {@link SHARES} says how often each. */
export type ConsentKind = keyof typeof SHARES.consent;

/**
 * Somebody who does not exist: everything that could reach a person is of a kind kept for examples
 * (phone 555, mail example.com, addresses 198.51.100.x).
 */
export class MadeUpPerson {
  readonly #first: string;
  readonly #last: string;
  readonly #state: string;
  /** Out of a range kept for documentation. */
  readonly address: string;

  constructor(
    readonly phone: FictionalPhone,
    /** Everything random about this person, so that no two disturb each other. */
    readonly random: Random,
  ) {
    this.#first = random.pick(FIRST_NAMES);
    this.#last = random.pick(LAST_NAMES);
    this.#state = random.chance(SHARES.movedState) ? random.pick(STATES) : phone.state;
    this.address = `198.51.100.${random.below(256)}`;
  }

  /** A form as this person fills it in at an instant (milliseconds since 1970). */
  submission(at: number, consent: ConsentKind): LeadSubmission {
    const { random } = this;
    const campaign = random.pick(CAMPAIGNS);
    const block = this.consent(at, consent);
    return Object.assign(new LeadSubmission(), {
      phone: this.phone.digits,
      source: campaign.source,
      first_name: this.#first,
      last_name: this.#last,
      email: this.#email(),
      state: random.chance(SHARES.oddState) ? 'unsure' : this.#state,
      zip: String(10_000 + random.below(89_999)),
      city: random.pick(CITIES),
      address: `${1 + random.below(999)} ${random.pick(STREETS)}`,
      ...(block === undefined ? {} : { consent: block }),
      custom_fields: campaign.custom(random),
      attribution: {
        utm_source: campaign.utm_source,
        utm_campaign: campaign.utm_campaign,
        gclid: `Cj0${random.below(2 ** 31).toString(36)}`,
      },
    });
  }

  /** The consent block of a submission at `at`; nothing where it is missing. */
  consent(at: number, kind: ConsentKind): ConsentSubmission | undefined {
    if (kind === 'missing') return undefined;
    const before =
      kind === 'ofTomorrow' ? -24 * 3_600_000 : this.random.wait(WAITS_MS.consentBeforeLead);
    const instant = new Date(Math.floor(at - before)).toISOString();
    return Object.assign(new ConsentSubmission(), {
      consent_timestamp: kind === 'unreadable' ? 'yes' : instant,
      consent_text_version: `webform-v${1 + this.random.below(3)}`,
      ...(kind === 'withoutPage' ? {} : { source_url: 'https://www.example.com/quote?step=3' }),
      ip: this.address,
    });
  }

  #email(): string {
    const name = `${this.#first}.${this.#last}`.toLowerCase();
    if (this.random.chance(SHARES.oddEmail)) return name;
    return `${name}${this.phone.digits.slice(-4)}@example.com`;
  }
}
