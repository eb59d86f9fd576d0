import { performance } from 'node:perf_hooks';
import { type ApiClient } from '../../apps/cli/launch/api-client.js';
import { percentile } from '../intake/percentile.js';
import { type Sent } from './arrivals.js';
import { type FirstCall } from './phone-watch.js';

/** A lead on its way to the ringing of a phone; all in ms. */
export interface Journey {
  /** From the instant it was due to be sent to the first ring. */
  readonly total: number;
  /** From then to the 201. */
  readonly intake: number;
  /** From its receipt to the decision to dial. */
  readonly queue: number;
  /** From the decision to the order at the telephone network. */
  readonly dial: number;
  /** From the order to the first ring: the network’s own time. */
  readonly ring: number;
}

/** The names of what a journey is measured by. */
export const PARTS = ['total', 'intake', 'queue', 'dial', 'ring'] as const;

/** What the stack says of a lead, in ms since 1970 by its own clock. */
export interface Decisions {
  readonly receivedAtMs: number;
  readonly attemptedAtMs: number;
}

/** Puts together what was measured here and what the stack says; `aheadMs`: of its clock. */
export function journeyOf(
  { dueAtMs, takenAtMs }: Sent,
  { orderedAtMs, rangAtMs }: FirstCall & { readonly rangAtMs: number },
  { receivedAtMs, attemptedAtMs }: Decisions,
  aheadMs: number,
): Journey {
  return {
    total: rangAtMs - dueAtMs,
    intake: takenAtMs - dueAtMs,
    queue: attemptedAtMs - receivedAtMs,
    dial: performance.timeOrigin + orderedAtMs + aheadMs - attemptedAtMs,
    ring: rangAtMs - orderedAtMs,
  };
}

/** Half and 99 of 100 journeys are no longer than that, by part; in whole ms. */
export function figuresOf(journeys: readonly Journey[]) {
  const figures = PARTS.map((part) => {
    const values = journeys.map((journey) => journey[part]);
    const [p50Ms, p99Ms] = [0.5, 0.99].map((share) => Math.round(percentile(values, share)));
    return [part, { p50Ms: p50Ms ?? 0, p99Ms: p99Ms ?? 0 }] as const;
  });
  return Object.fromEntries(figures) as Record<keyof Journey, { p50Ms: number; p99Ms: number }>;
}

interface Page {
  readonly leads?: readonly { readonly lead_id: string; readonly received_at: string }[];
  readonly calls?: readonly {
    readonly lead_id: string;
    readonly attempt: number;
    readonly attempted_at: string;
  }[];
  readonly next_cursor: string | null;
}

/** When each lead was received and its first call decided on, by lead id. */
export async function decisionsOf(api: ApiClient): Promise<Map<string, Decisions>> {
  const received = new Map<string, number>();
  const decisions = new Map<string, Decisions>();
  for await (const { leads = [] } of pages(api, 'leads')) {
    for (const lead of leads) received.set(lead.lead_id, Date.parse(lead.received_at));
  }
  for await (const { calls = [] } of pages(api, 'calls')) {
    for (const { lead_id, attempt, attempted_at } of calls) {
      const receivedAtMs = received.get(lead_id);
      if (attempt !== 1 || receivedAtMs === undefined) continue;
      decisions.set(lead_id, { receivedAtMs, attemptedAtMs: Date.parse(attempted_at) });
    }
  }
  return decisions;
}

async function* pages(api: ApiClient, list: 'leads' | 'calls'): AsyncGenerator<Page> {
  let cursor: string | null = null;
  do {
    const from: string = cursor === null ? '' : `&cursor=${cursor}`;
    const page: Page = await api.get(`/v1/${list}?limit=200${from}`);
    yield page;
    cursor = page.next_cursor;
  } while (cursor !== null);
}
