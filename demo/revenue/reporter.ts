import { drawBetween, drawOne } from '../../apps/telephony-simulator/people/draw.js';
import {
  amountField,
  callerField,
  callField,
  type Choose,
  chooser,
  durationField,
  spelled,
} from './spelling.js';

/** A call that was handed over, as the buyer’s platform knows it. */
export interface HandedOver {
  readonly transferId: string;
  readonly destinationId: string;
  readonly destinationName: string;
  /** E.164. */
  readonly phone: string;
  readonly connectedSeconds: number | null;
  /** ISO-8601 UTC. */
  readonly bridgedAt: string;
}

/** What a careless platform does with a call, and how often. */
const SHARES = {
  plain: 0.44,
  twice: 0.1,
  raised: 0.08,
  taken_back: 0.06,
  negative: 0.04,
  late: 0.08,
  wrong_token: 0.05,
  amount_unreadable: 0.03,
  caller_unreadable: 0.03,
  named_oddly: 0.05,
  silent: 0.04,
} as const;

/** One of them. */
export type Manner = keyof typeof SHARES;
/** All of them. */
export const MANNERS = Object.keys(SHARES) as readonly Manner[];

/** A report as it is sent. */
export interface Report {
  readonly fields: Readonly<Record<string, string>>;
  readonly form: 'query' | 'form' | 'json';
  /** Whether it is sent with a token that nobody knows, and so refused. */
  readonly refused: boolean;
}

/** What is reported on a call, and what the platform means by all of it. Amounts are in cents. */
export interface Story {
  readonly call: HandedOver;
  readonly manner: Manner;
  readonly reports: readonly Report[];
  /** What the call is worth; `null` if nobody can tell from the reports. */
  readonly meantMinor: number | null;
  /**
   * Whether somebody can tell which call is meant: at once, once its odd name is known, or never.
   */
  readonly recognised: 'at once' | 'by another name' | 'never';
}

/** The name for the caller that no platform but this has. */
export const ODD_NAME = 'prospect_no';

/**
 * What a careless platform reports on calls. The same seed and phones, the same stories, whoever
 * was called first. Each manner is there, if there are calls enough; the amounts are known from
 * here, and not from any report.
 */
export function storiesOf(calls: readonly HandedOver[], seed: number): Story[] {
  const byPhone = calls.toSorted((one, other) => (one.phone < other.phone ? -1 : 1));
  return byPhone.map((call, index) => {
    const manner = MANNERS[index] ?? drawOne(SHARES, seed, 'manner', call.phone);
    return storyOf(call, manner, seed);
  });
}

function storyOf(call: HandedOver, manner: Manner, seed: number): Story {
  const minor = Math.round(drawBetween([500, 9_999], seed, 'amount', call.phone));
  const teller = new Teller(call, seed);
  const story = { call, manner, meantMinor: minor, recognised: 'at once' } as const;
  const first = teller.report('first', amountField(minor, teller.choose('first')));
  switch (manner) {
    case 'plain':
      return { ...story, reports: [first] };
    case 'late':
      return { ...story, reports: [teller.dated(first)] };
    case 'twice':
      return { ...story, reports: [first, first] };
    case 'wrong_token':
      return { ...story, reports: [{ ...first, refused: true }, first] };
    case 'raised': {
      const more = minor + 1_250;
      const second = teller.report('second', amountField(more, teller.choose('second')));
      return { ...story, reports: [first, second], meantMinor: more };
    }
    case 'taken_back': {
      const second = teller.report('second', { add_payout: (-minor / 100).toFixed(2) });
      return { ...story, reports: [first, second], meantMinor: 0 };
    }
    case 'negative': {
      const second = teller.report('second', amountField(-500, teller.choose('second')));
      // Whoever turns an amount negative takes all of it back, and owes nothing (PB-9).
      return { ...story, reports: [first, second], meantMinor: 0 };
    }
    case 'amount_unreadable': {
      const reports = [teller.report('first', { payout: 'forty-five' })];
      return { ...story, reports, meantMinor: null };
    }
    case 'caller_unreadable':
      return {
        ...story,
        reports: [teller.calledBy({ caller_id: 'n/a' }, minor)],
        recognised: 'never',
      };
    case 'named_oddly': {
      const caller = { [ODD_NAME]: spelled(call.phone, teller.choose('first')) };
      return { ...story, reports: [teller.calledBy(caller, minor)], recognised: 'by another name' };
    }
    case 'silent':
      return { ...story, reports: [], meantMinor: null };
  }
}

/** Writes the reports on one call. */
class Teller {
  constructor(
    private readonly call: HandedOver,
    private readonly seed: number,
  ) {}

  choose(which: string): Choose {
    return chooser(this.seed, `${this.call.phone} ${which}`);
  }

  /** With the platform’s name for the call, which all reports on it share. */
  report(which: string, worth: Readonly<Record<string, string>>): Report {
    const { phone, connectedSeconds } = this.call;
    const choose = this.choose(which);
    const fields = {
      ...callerField(phone, choose),
      ...callField(`c-${this.seed}-${phone.slice(2)}`, choose),
      ...durationField(connectedSeconds, choose),
      ...worth,
    };
    return { fields, form: choose('form', ['query', 'form', 'json']), refused: false };
  }

  /** Names the caller in a way of its own, and the call not at all. */
  calledBy(caller: Readonly<Record<string, string>>, minor: number): Report {
    const choose = this.choose('first');
    const fields = { ...caller, ...amountField(minor, choose) };
    return { fields, form: choose('form', ['query', 'form', 'json']), refused: false };
  }

  /** Says when the call was, too. */
  dated(report: Report): Report {
    const seconds = Math.floor(Date.parse(this.call.bridgedAt) / 1_000);
    return { ...report, fields: { ...report.fields, call_time: String(seconds) } };
  }
}
