import { type TenantId } from '#libs/kernel';

/** Which leads to choose from. */
export interface DialWish {
  /** ISO-8601: whoever is due by then. */
  readonly now: string;
  readonly limit: number;
  /** By source; a source that is not named has 0. Highest first, then newest first. */
  readonly priorities: Readonly<Record<string, number>>;
  readonly pausedSources: readonly string[];
  /** Leads already in hand. */
  readonly excluding: readonly string[];
}

/** The place of a lead among those that wait, the newest first. */
export interface WaitingPlace {
  /** When it was received, ISO-8601. */
  readonly at: string;
  readonly leadId: string;
}

/** Which leads are looked for that wait for a destination. */
export interface DestinationWish {
  /** ISO-8601: those that are not due by then. */
  readonly now: string;
  readonly limit: number;
  readonly pausedSources: readonly string[];
  /** The lead right before the first one to name; `null`: from the newest on. */
  readonly after: WaitingPlace | null;
}

/**
 * Who waits to be called, from the read side. It may be a little behind: whoever dials asks the
 * lead’s own stream, and remembers whom it has in hand until the queue has caught up.
 */
export abstract class DialQueue {
  /** Lead ids in the order in which to dial them. */
  abstract next(tenantId: TenantId, wish: DialWish): Promise<readonly string[]>;

  /**
   * Those that wait for a destination to open, or to be allowed by name, be it besides other
   * things; the newest first.
   */
  abstract waitingForDestination(
    tenantId: TenantId,
    wish: DestinationWish,
  ): Promise<readonly WaitingPlace[]>;

  /** How many of the tenant’s consumers are on a call. */
  abstract calling(tenantId: TenantId): Promise<number>;

  /** The leads whose consumers are on a call, or are being called. */
  abstract onCall(tenantId: TenantId): Promise<readonly string[]>;

  /** Waiting leads whose 30 days are over. */
  abstract expired(tenantId: TenantId, now: string, limit: number): Promise<readonly string[]>;
}

/** How much of the log the queue shows. */
export interface QueueShown {
  /** Up to where it was known to show everything; `null`: not known yet. Asks nobody. */
  readonly position: bigint | null;
  /** `true` as soon as it shows everything up to a position; `false` after `withinMs`. */
  reaches(position: bigint, withinMs: number, signal?: AbortSignal): Promise<boolean>;
}
