import { draw, drawBetween } from '../people/draw.js';

/** What goes wrong, and how often: shares of all cases, 0 to 1. Nothing unless told. */
export interface Faults {
  /** Reports of status that arrive twice. */
  readonly repeat: number;
  /** Reports of status that later ones overtake. */
  readonly reorder: number;
  /** Reports of status that arrive late, and hold up those behind them. */
  readonly delay: number;
  /** How late at most, in seconds of the simulated world. */
  readonly delaySecondsMax: number;
  /** Reports of status that never arrive. */
  readonly lose: number;
  /** Orders refused with 429: not placed. */
  readonly refuseOrder: number;
  /** Orders answered with 500: not placed. */
  readonly failOrder: number;
  /** Orders that are placed, and whose connection breaks before the answer. */
  readonly loseOrderAnswer: number;
}

/** The world in order. */
export const NO_FAULTS: Faults = {
  repeat: 0,
  reorder: 0,
  delay: 0,
  delaySecondsMax: 30,
  lose: 0,
  refuseOrder: 0,
  failOrder: 0,
  loseOrderAnswer: 0,
};

/** What becomes of one report of status. */
export interface ReportFate {
  readonly lost: boolean;
  readonly repeated: boolean;
  readonly overtaken: boolean;
  readonly delaySeconds: number;
}

/** Long enough for the next report to be there first. */
const OVERTAKEN_SECONDS = 20;

/** Drawn for one report, told from others by `keys`. */
export function reportFate(
  faults: Faults,
  seed: number,
  ...keys: readonly (string | number)[]
): ReportFate {
  const happens = (share: number, what: string) => draw(seed, what, ...keys) < share;
  const overtaken = happens(faults.reorder, 'reorder');
  const late = happens(faults.delay, 'delay');
  const delay = late ? drawBetween([0, faults.delaySecondsMax], seed, 'late', ...keys) : 0;
  return {
    lost: happens(faults.lose, 'lose'),
    repeated: happens(faults.repeat, 'repeat'),
    overtaken,
    delaySeconds: delay + (overtaken ? OVERTAKEN_SECONDS : 0),
  };
}

/** What becomes of an order. */
export type OrderFate = 'placed' | 'refused' | 'failed' | 'answer_lost';

/** Drawn for the order with this number, counted from 0. */
export function orderFate(faults: Faults, seed: number, order: number): OrderFate {
  let left = draw(seed, 'order', order);
  if ((left -= faults.refuseOrder) < 0) return 'refused';
  if ((left -= faults.failOrder) < 0) return 'failed';
  return left - faults.loseOrderAnswer < 0 ? 'answer_lost' : 'placed';
}

/** Reads faults somebody asks for; those left out stay as they are. Throws on anything else. */
export function readFaults(asked: unknown, current: Faults): Faults {
  if (typeof asked !== 'object' || asked === null) throw new RangeError('Faults are an object.');
  for (const [name, value] of Object.entries(asked)) {
    if (!(name in NO_FAULTS)) throw new RangeError(`There is no fault named ${name}.`);
    const max = name === 'delaySecondsMax' ? 3_600 : 1;
    if (typeof value !== 'number' || !(value >= 0 && value <= max)) {
      throw new RangeError(`${name} must be a number from 0 to ${max}.`);
    }
  }
  return { ...current, ...asked };
}
