import {
  EventCatalog,
  type EventStore,
  followLog,
  type Position,
  type RecordedEvent,
  type StoredEvent,
} from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { type LeadEvent, leadEvents } from '#events/leads';
import { type CallEvent } from '../domain/lead-stream.events.js';

/** After these, somebody may be due or a line free. Dialing itself decides some of them. */
const TELLING = [
  'LeadReceived',
  'LeadFoundEligible',
  'LeadFoundIneligible',
  'DialDeferred',
  'CallAttempted',
  'CallEnded',
  'LeadExhausted',
] as const satisfies readonly (LeadEvent | CallEvent)['type'][];

/** A lead that was just taken in and may be dialed, as far as intake could tell. */
export interface Arrival {
  readonly tenantId: TenantId;
  readonly leadId: string;
  readonly source: string | null;
}

/**
 * Hears from the log that whom to dial next may have changed. Listens only while it is told to: while
 * nobody dials, a lead that comes in costs nothing here.
 */
export class QueueNews {
  readonly #store: EventStore;
  readonly #onNews: (arrival: Arrival | null) => void;
  #listening: { readonly stop: AbortController; readonly ended: Promise<void> } | null = null;
  #position: Position | null = null;

  /** `onNews` may be called many times a second; `null`: whatever else may make somebody due. */
  constructor(store: EventStore, onNews: (arrival: Arrival | null) => void) {
    this.#store = store;
    this.#onNews = onNews;
  }

  /** Where the log stood when something was heard last; `null` while it is not listened to. */
  get position(): Position | null {
    return this.#position;
  }

  /**
   * Listens from now on, if it did not before; what came earlier is in the queue. An outage is waited
   * for; whatever else ends it is mended by the next call.
   */
  async listen(): Promise<void> {
    if (this.#listening !== null) return;
    const after = await this.#store.headPosition();
    const stop = new AbortController();
    this.#position = after;
    const forget = (): void => {
      if (this.#listening?.stop !== stop) return;
      this.#listening = null;
      this.#position = null;
    };
    this.#listening = { stop, ended: this.#follow(after, stop.signal).then(forget, forget) };
  }

  /** Stops listening, and waits for it. */
  async rest(): Promise<void> {
    const listening = this.#listening;
    this.#listening = null;
    this.#position = null;
    listening?.stop.abort();
    await listening?.ended;
  }

  async #follow(after: Position | null, signal: AbortSignal): Promise<void> {
    const [store, catalog] = [this.#store, new ForgivingCatalog(leadEvents)];
    for await (const message of followLog({
      store,
      catalog,
      after,
      typePrefixes: TELLING,
      signal,
    })) {
      if (message.kind === 'caught_up' || signal.aborted) continue;
      this.#position = message.kind === 'event' ? message.event.position : message.position;
      this.#onNews(message.kind === 'event' ? arrivalIn(message.event) : null);
    }
  }
}

/** News of what does not decode is news all the same: the queue shows who it is about, if anybody. */
class ForgivingCatalog extends EventCatalog {
  override decode(recorded: RecordedEvent): StoredEvent | null {
    try {
      return super.decode(recorded);
    } catch {
      return null;
    }
  }
}

type Received = Extract<LeadEvent, { type: 'LeadReceived' }>['data'];

/** Test leads are never dialed (IN-16). */
function arrivalIn({ type, data, metadata }: StoredEvent): Arrival | null {
  if (type !== 'LeadReceived') return null;
  const { leadId, mode, source, verdict } = data as Received;
  if (mode !== 'live' || verdict?.eligible !== true) return null;
  return { tenantId: metadata.tenantId, leadId, source };
}
