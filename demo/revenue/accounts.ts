import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type ApiClient } from '../../apps/cli/launch/api-client.js';
import { type HandedOver } from './reporter.js';
import { type Meant } from './meant.js';

/** Figures of a report on revenue, as far as they are compared. */
export interface Figures {
  readonly transfers: number;
  readonly confirmed_transfers: number;
  readonly confirmed_minor: number;
  readonly hits: number | null;
  readonly matched_hits: number | null;
  readonly unmatched_hits: number | null;
  readonly unmatched_minor: number | null;
}

/** Of one destination. */
export interface Line extends Figures {
  readonly destination_name: string | null;
  readonly group: { readonly destination?: string | null };
}

/** A report on revenue. */
export interface RevenueReport {
  readonly lines: readonly Line[];
  readonly totals: readonly Figures[];
  readonly as_of: { readonly timestamp: string | null };
}

/** What waits for one reason, and what it is said to be worth. */
export interface Unmatched {
  readonly reason: string;
  readonly hits: number;
  readonly at_stake: { readonly minor: number };
}

const DAY_MS = 86_400_000;
const POLL_MS_MIN = 250;
const SETTLED_WITHIN_MS = 60_000;
const PAGE_SIZE = 200;

interface TransferRow {
  readonly transfer_id: string;
  readonly lead_id: string;
  readonly destination_id: string;
  readonly destination_name: string;
  readonly bridged_at: string | null;
  readonly ended_at: string | null;
  readonly connected_seconds: number | null;
}

/** Every call that was handed over and is over, oldest first. `phones`: by lead. */
export async function handedOver(
  api: ApiClient,
  phones: ReadonlyMap<string, string>,
): Promise<HandedOver[]> {
  const rows: TransferRow[] = [];
  let cursor: string | null = null;
  do {
    const from: string = cursor === null ? '' : `&cursor=${cursor}`;
    const page: { transfers: TransferRow[]; next_cursor: string | null } = await api.get(
      `/v1/transfers?bridged=true&limit=${PAGE_SIZE}${from}`,
    );
    rows.push(...page.transfers);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return rows.reverse().flatMap((row) => {
    const phone = phones.get(row.lead_id);
    const { bridged_at: bridgedAt, ended_at: endedAt, transfer_id: transferId } = row;
    if (phone === undefined || bridgedAt === null || endedAt === null) return [];
    const { destination_id: destinationId, destination_name: destinationName } = row;
    const connectedSeconds = row.connected_seconds;
    return { transferId, destinationId, destinationName, phone, connectedSeconds, bridgedAt };
  });
}

/** The report on the days around some calls, by destination; as of a moment, or of now. */
export function revenueOf(
  api: ApiClient,
  calls: readonly HandedOver[],
  asOf?: string,
): Promise<RevenueReport> {
  const times = calls.map(({ bridgedAt }) => Date.parse(bridgedAt));
  const from = new Date(Math.min(...times) - DAY_MS).toISOString();
  const to = new Date(Math.max(...times) + DAY_MS).toISOString();
  const query = new URLSearchParams({ from, to, group_by: 'destination' });
  if (asOf !== undefined) query.set('as_of', asOf);
  return api.get<RevenueReport>(`/v1/reports/revenue?${query.toString()}`);
}

/** What waits, reason by reason. */
export async function unmatchedOf(api: ApiClient): Promise<readonly Unmatched[]> {
  const page = await api.get<{ unmatched: { by_reason: readonly Unmatched[] } }>(
    '/v1/postbacks?status=unmatched&limit=1',
  );
  return page.unmatched.by_reason;
}

/** A moment that is over, as of which the report says what it says now. */
export async function momentOf(
  api: ApiClient,
  calls: readonly HandedOver[],
  before: RevenueReport,
): Promise<string> {
  const until = performance.now() + SETTLED_WITHIN_MS;
  const wanted = figuresIn(before);
  for (;;) {
    const now = await revenueOf(api, calls);
    const { timestamp } = now.as_of;
    const asThen = timestamp === null ? null : await revenueOf(api, calls, timestamp);
    if (timestamp !== null && isDeepStrictEqual(figuresIn(asThen), wanted)) return timestamp;
    if (performance.now() > until) throw changed(wanted, figuresIn(now), figuresIn(asThen));
    await pause(api.roundMs(2, POLL_MS_MIN));
  }
}

function changed(before: Figures[], now: Figures[], asThen: Figures[]): Error {
  const [was, is, then] = [before, now, asThen].map((figures) => JSON.stringify(figures));
  return new Error(
    `The report of a moment ago is another: it said ${was}, now ${is}, as of now ${then}.`,
  );
}

/** The figures of a report, without what tells when it was asked for. */
export function figuresIn(report: RevenueReport | null): Figures[] {
  return (report?.totals ?? []).map(figuresOf);
}

function figuresOf(figures: Figures): Figures {
  const { transfers, confirmed_transfers, confirmed_minor } = figures;
  const { hits, matched_hits, unmatched_hits, unmatched_minor } = figures;
  const ofHits = { hits, matched_hits, unmatched_hits, unmatched_minor };
  return { transfers, confirmed_transfers, confirmed_minor, ...ofHits };
}

/** The report once it says what was meant, or as it stands after a while. */
export async function settledRevenue(
  api: ApiClient,
  calls: readonly HandedOver[],
  meant: Meant,
): Promise<RevenueReport> {
  const until = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const report = await revenueOf(api, calls);
    if (disagreements(report, meant).length === 0 || performance.now() > until) return report;
    await pause(api.roundMs(1, POLL_MS_MIN));
  }
}

/** In what a report does not say what was meant; nothing where it does, to the cent. */
export function disagreements({ totals }: RevenueReport, meant: Meant): string[] {
  const [total, ...others] = totals;
  if (total === undefined || others.length > 0) return ['there are not totals of one currency'];
  const compared = [
    ['confirmed cents', total.confirmed_minor, meant.confirmedMinor],
    ['confirmed calls', total.confirmed_transfers, meant.confirmedCalls],
    ['unmatched cents', total.unmatched_minor, meant.unmatchedMinor],
    ['reports', total.hits, meant.hits],
    ['unmatched reports', total.unmatched_hits, meant.unmatchedHits],
    // Until all are matched some wait for it, repetitions too, which change no money.
    ['matched reports', total.matched_hits, meant.hits - meant.unmatchedHits],
  ] as const;
  return compared.flatMap(([what, told, was]) =>
    told === was ? [] : [`${what}: ${String(told)}, and ${was} were meant`],
  );
}
