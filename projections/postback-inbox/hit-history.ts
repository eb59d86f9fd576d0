import { isDeepStrictEqual } from 'node:util';
import type { Reading } from '#events/revenue';
import type { LeadMode } from '#events/leads';
import { type ProjectedEvent } from '#libs/read-db';

/** What has become of a hit. `received`: nothing yet; `unmatched`: it waits for a transfer. */
export type PostbackStatus =
  'received' | 'matched' | 'duplicate' | 'revised' | 'unmatched' | 'ignored';

/** What a hit was from an instant on. */
export interface HitStanding {
  /** When the log learnt of it. ISO-8601 UTC. */
  readonly knownAt: string;
  readonly status: PostbackStatus;
  /** The destination of the transfer it counted for; `null` where it counted for none. */
  readonly destinationId: string | null;
  /** Of the lead of that transfer. */
  readonly mode: LeadMode | null;
}

/** What a hit was taken to say from an instant on, as far as reports count it. */
export interface HitReading {
  /** When the log learnt of it. ISO-8601 UTC. */
  readonly knownAt: string;
  /** The destination its token was for; `null`: any. */
  readonly destinationId: string | null;
  readonly vendorCallId: string | null;
  /** When the call was, for reports. ISO-8601 UTC. */
  readonly reportedAt: string;
  /** In minor units; `null` if it does not say. */
  readonly payoutMinor: number | null;
  readonly payoutMode: Reading['payoutMode'];
  /** ISO 4217. */
  readonly currency: string;
  readonly buyer: string | null;
  /** Whether it says outright that the call is paid for; `null` if it does not say. */
  readonly billable: boolean | null;
  /** The same for all that say the same of a call, word for word, as the ledger tells them. */
  readonly words: string;
}

const NOWHERE = { destinationId: null, mode: null };

/** A hit that is left unmatched again and again is so since the first time. */
export function standing(
  before: readonly HitStanding[],
  { recordedAt }: ProjectedEvent,
  status: PostbackStatus,
  transfer: Pick<HitStanding, 'destinationId' | 'mode'> = NOWHERE,
): readonly HitStanding[] {
  const { destinationId, mode } = transfer;
  const stood = { status, destinationId, mode };
  if (isSince(before, stood)) return before;
  return [...before, { knownAt: recordedAt.toISOString(), ...stood }];
}

/** A reading that changes nothing of what reports count is no new one for them. */
export function readSince(
  before: readonly HitReading[],
  { recordedAt }: ProjectedEvent,
  reading: Omit<HitReading, 'knownAt'>,
): readonly HitReading[] {
  if (isSince(before, reading)) return before;
  return [...before, { knownAt: recordedAt.toISOString(), ...reading }];
}

/**
 * Whether the last entry says so already. As it comes back from the table, its fields may have
 * another order.
 */
function isSince(before: readonly { readonly knownAt: string }[], entry: object): boolean {
  const latest = before.at(-1);
  return isDeepStrictEqual(latest, { knownAt: latest?.knownAt, ...entry });
}

/** When the call was, for reports: as reported, but no later than the report came. */
export function reportedAtOf({ callAt }: Pick<Reading, 'callAt'>, receivedAt: string): string {
  return callAt !== null && callAt < receivedAt ? callAt : receivedAt;
}
