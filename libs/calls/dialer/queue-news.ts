import {
  EventCatalog,
  type EventStore,
  followLog,
  type Position,
  type RecordedEvent,
  type StoredEvent,
} from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import {
  type LeadEvent,
  leadEvents,
  readEntryId,
  type SuppressionEvent,
  suppressionEvents,
} from '#events/leads';
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
  'SuppressionLifted',
] as const satisfies readonly (LeadEvent | CallEvent | SuppressionEvent)['type'][];

/** A lead that was just taken in and may be dialed, as far as intake could tell. */
export interface Arrival {
  readonly tenantId: TenantId;
  readonly leadId: string;
  readonly source: string | null;
}

/** Who may be handed to a seller again. */
export interface SellerAllowed {
  /** Whoever has this number, by its hash; `null`: all whose numbers begin alike. */
  readonly phoneHash: string | null;
}

/** What may have changed. */
export type News =
  | { readonly kind: 'arrived'; readonly arrival: Arrival }
  /** Consumers of the tenant may be handed to a seller again. */
  | ({ readonly kind: 'seller_allowed'; readonly tenantId: TenantId } & SellerAllowed)
  /** Whatever else may make somebody due. */
  | { readonly kind: 'other' };

const OTHER: News = { kind: 'other' };

/**
 * Hears from the log that whom to dial next may have changed. Listens only while it is told to:
 * while nobody dials, a lead that comes in costs nothing here.
 */
export class QueueNews {
  readonly #store: EventStore;
  readonly #onNews: (news: News) => void;
  #listening: { readonly stop: AbortController; readonly ended: Promise<void> } | null = null;
  #position: Position | null = null;

  /** `onNews` may be called many times a second. */
  constructor(store: EventStore, onNews: (news: News) => void) {
    this.#store = store;
    this.#onNews = onNews;
  }

  /** Where the log stood when something was heard last; `null` while it is not listened to. */
  get position(): Position | null {
    return this.#position;
  }

  /**
   * Listens from now on, if it did not before; what came earlier is in the queue. An outage is
   * waited for; whatever else ends it is mended by the next call.
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
    const catalog = new ForgivingCatalog([...leadEvents, ...suppressionEvents]);
    const store = this.#store;
    for await (const message of followLog({
      store,
      catalog,
      after,
      typePrefixes: TELLING,
      signal,
    })) {
      if (message.kind === 'caught_up' || signal.aborted) continue;
      this.#position = message.kind === 'event' ? message.event.position : message.position;
      this.#onNews(message.kind === 'event' ? newsIn(message.event) : OTHER);
    }
  }
}

/**
 * News of what does not decode is news all the same: the queue shows who it is about, if anybody.
 */
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

type Lifted = Extract<SuppressionEvent, { type: 'SuppressionLifted' }>['data'];

function newsIn({ type, data, metadata: { tenantId } }: StoredEvent): News {
  if (type === 'LeadReceived') return arrivalIn(tenantId, data as Received);
  if (type !== 'SuppressionLifted') return OTHER;
  // Of the others, a verdict on each lead tells.
  const entry = readEntryId((data as Lifted).entryId);
  if (entry?.scope !== 'seller') return OTHER;
  const phoneHash = entry.target.kind === 'number' ? entry.target.phoneHash : null;
  return { kind: 'seller_allowed', tenantId, phoneHash };
}

/** Test leads are never dialed (IN-16). */
function arrivalIn(tenantId: TenantId, { leadId, mode, source, verdict }: Received): News {
  if (mode !== 'live' || verdict?.eligible !== true) return OTHER;
  return { kind: 'arrived', arrival: { tenantId, leadId, source } };
}
