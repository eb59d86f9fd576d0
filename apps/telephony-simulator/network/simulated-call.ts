import { randomBytes } from 'node:crypto';

/** How far a call is, in Twilio's words. */
export type SimulatedStatus =
  | 'queued'
  | 'initiated'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'no-answer'
  | 'failed'
  | 'canceled';

/** What a call was ordered with. */
export interface SimulatedOrder {
  readonly to: string;
  readonly from: string;
  /** Where the first instructions come from: an address, or the TwiML itself. */
  readonly source: Source;
  /** `null`: nobody is told of its steps. */
  readonly statusUrl: string | null;
  /** Which steps are told: initiated, ringing, answered, completed. */
  readonly statusEvents: ReadonlySet<string>;
  readonly ringSecondsMax: number;
  readonly machines: Detection;
  /** Empty: none. */
  readonly sendDigits: string;
}

/** Whether people are told from machines, before instructions are followed or meanwhile. */
export type Detection =
  | { readonly detection: 'off' }
  | { readonly detection: 'wait' }
  /** `resultUrl` is told; `null`: nobody is. */
  | { readonly detection: 'async'; readonly resultUrl: string | null };

/** Where instructions come from. `fields` are posted along with those every request has. */
export type Source =
  | { readonly url: string; readonly fields: Readonly<Record<string, string>> }
  | { readonly twiml: string };

/** What happened in a call, for people who look into it. */
export interface LogEntry {
  /** ISO-8601, in the time of the simulated world. */
  readonly at: string;
  readonly what: string;
}

const OVER: ReadonlySet<SimulatedStatus> = new Set([
  'completed',
  'busy',
  'no-answer',
  'failed',
  'canceled',
]);

/** A call that lasts for hours must not fill the memory. */
const ENTRIES_MAX = 200;

/** One call, from its order on. */
export class SimulatedCall {
  readonly sid = `CA${randomBytes(16).toString('hex')}`;
  readonly order: SimulatedOrder;
  /** Counts the calls to one number, from 0; what is drawn for a call depends on it. */
  readonly ordinal: number;
  readonly createdAt: Date;
  status: SimulatedStatus = 'queued';
  startedAt: Date | null = null;
  answeredAt: Date | null = null;
  endedAt: Date | null = null;
  /** `null`: nobody told people from machines. */
  answeredBy: string | null = null;
  readonly log: LogEntry[] = [];

  constructor(order: SimulatedOrder, ordinal: number, createdAt: Date) {
    this.order = order;
    this.ordinal = ordinal;
    this.createdAt = createdAt;
  }

  get isOver(): boolean {
    return OVER.has(this.status);
  }

  /** From the answer to the end, in whole seconds; 0 if nobody answered or it is not over. */
  get durationSeconds(): number {
    if (this.answeredAt === null || this.endedAt === null) return 0;
    return Math.round((this.endedAt.getTime() - this.answeredAt.getTime()) / 1_000);
  }

  note(at: Date, what: string): void {
    if (this.log.length < ENTRIES_MAX) this.log.push({ at: at.toISOString(), what });
  }
}
