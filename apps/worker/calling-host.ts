import {
  Calling,
  type DialNotice,
  type VoiceWatch,
  type WatchLimits,
  watchLimits,
} from '#libs/calls';
import { type EventStore } from '#libs/event-store';
import { type EligibilityLookups } from '#libs/leads';
import { type DataKeys } from '#libs/privacy';
import { type Reactor } from '#libs/reactors';
import { type Database, type ShownPositions } from '#libs/read-db';
import { apiUrlOf, callsPerSecondOf, publicBaseUrlOf, type Settings } from '#libs/settings';
import { type Telephony, telephonyOf } from '#libs/telephony';
import { dialQueueProjection, ReadModelDialQueue } from '#projections/dial-queue';
import { type Logger } from 'pino';
import { ApiWatch } from './api-watch.js';
import { LeadListChecks } from './lead-list-checks.js';

/** What calling is hosted with. */
export interface CallingHostParts {
  readonly settings: Settings;
  readonly store: EventStore;
  readonly database: Database;
  readonly shown: ShownPositions;
  readonly keys: DataKeys;
  readonly lookups: EligibilityLookups;
  readonly logger: Logger;
}

/** Calls consumers, if there is a telephone network to call them over. */
export class CallingHost {
  readonly #calling: Calling | null;
  readonly #watch: ApiWatch | null;
  readonly #logger: Logger;

  constructor({ settings, store, database, shown, keys, lookups, logger }: CallingHostParts) {
    this.#logger = logger;
    const telephony = telephonyOf(settings);
    const apiUrl = apiUrlOf(settings);
    this.#watch = apiUrl === null ? null : new ApiWatch({ apiUrl, logger });
    this.#calling =
      telephony === null
        ? null
        : new Calling({
            ...{ store, keys, telephony, watchMs: settings.callWatchMs },
            callsPerSecond: callsPerSecondOf(settings),
            watchLimits: limitsOf(telephony, settings),
            lists: new LeadListChecks(lookups),
            voice: this.#watch ?? unwatched,
            queue: new ReadModelDialQueue(database),
            shown: shown.together(dialQueueProjection.name),
            publicBaseUrl: publicBaseUrlOf(settings),
            report: (notice) => {
              this.#report(notice);
            },
          });
  }

  get reactors(): readonly Reactor[] {
    return this.#calling?.reactors ?? [];
  }

  /** Reads what calling has to know before it begins. */
  async start(): Promise<void> {
    if (this.#calling === null) {
      this.#logger.warn('no telephony provider is connected: nobody is called');
      return;
    }
    await this.#calling.start();
  }

  /** Dials whoever is due while the api is there to talk to them, until the signal. */
  async dial(signal: AbortSignal): Promise<void> {
    if (this.#calling === null) return;
    await Promise.all([this.#calling.dial(signal), this.#watch?.run(signal)]);
  }

  async stop(): Promise<void> {
    await this.#calling?.stop();
  }

  #report(notice: DialNotice): void {
    switch (notice.kind) {
      case 'dialed':
        this.#logger.debug({ tenantId: notice.tenantId, outcome: notice.outcome }, 'dialed');
        break;
      case 'failed': {
        const { tenantId, leadId, error } = notice;
        this.#logger.error({ tenantId, leadId, err: error }, 'a lead cannot be dialed');
        break;
      }
      case 'paused': {
        const { tenantId, pauseMs, providerCode } = notice;
        const what = 'the telephony provider refuses our orders: dialing pauses and tries again';
        this.#logger.error({ tenantId, pauseMs, providerCode }, what);
        break;
      }
      case 'interrupted':
        this.#logger.warn({ err: notice.error }, 'dialing is interrupted; trying again');
        break;
    }
  }
}

/** Where nobody knows at what address to ask the api. */
const unwatched: VoiceWatch = { mayDial: () => true };

/** Longer than it takes from a decision to an order that the provider knows. */
const KNOWN_WITHIN_MS = 12_000;

/** Where time is simulated, a call is given up sooner the sooner it is looked at. */
function limitsOf({ isSimulated }: Telephony, { callWatchMs }: Settings): WatchLimits {
  if (!isSimulated) return watchLimits;
  const sooner = Math.max(2 * callWatchMs, KNOWN_WITHIN_MS);
  return { ...watchLimits, unknownMs: Math.min(watchLimits.unknownMs, sooner) };
}
