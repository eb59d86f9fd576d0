import { type HitLine } from '#projections/postback-inbox';
import { type RevenueLine } from '#projections/transfer-revenue';
import { type Grouping } from './report-grouping.js';
import { daysOf, type ReportPeriod } from './report-period.js';

/** What is added up; amounts in minor units. Of hits `null` where they cannot be told apart so. */
export interface RevenueFigures {
  readonly transfers: number;
  readonly bridged: number;
  readonly billable: number;
  readonly confirmed: number;
  readonly bridgedConfirmed: number;
  readonly estimatedMinor: bigint;
  readonly confirmedMinor: bigint;
  readonly outstandingMinor: bigint;
  readonly varianceMinor: bigint;
  readonly revisedMinor: bigint;
  readonly uncountedMinor: bigint;
  readonly hits: HitFigures | null;
}

/** Hits, counted. */
export type HitFigures = Pick<HitLine, 'hits' | 'matched' | 'unmatched' | 'unmatchedMinor'>;

/** A line of a report: what tells it apart, and its figures. */
export interface ReportLine extends RevenueFigures {
  /** By each word of the grouping; `null` where there is none. */
  readonly group: Readonly<Record<string, string | null>>;
  readonly destinationName: string | null;
  /** ISO 4217. */
  readonly currency: string;
}

const NOTHING: Omit<RevenueFigures, 'hits'> = {
  ...{ transfers: 0, bridged: 0, billable: 0, confirmed: 0, bridgedConfirmed: 0 },
  ...{ estimatedMinor: 0n, confirmedMinor: 0n, outstandingMinor: 0n },
  ...{ varianceMinor: 0n, revisedMinor: 0n, uncountedMinor: 0n },
};
const NO_HITS: HitFigures = { hits: 0, matched: 0, unmatched: 0, unmatchedMinor: 0n };

/**
 * Lines of transfers, each with the hits that would belong there; and lines of their own for hits
 * where there are no transfers. In the order of the groups, those without a value last.
 */
export function reportLines(
  revenue: readonly RevenueLine[],
  hits: readonly HitLine[] | null,
  grouping: Grouping,
): ReportLine[] {
  const lines = new Map<string, ReportLine>();
  for (const line of revenue) {
    const group = groupOf(line, line.campaign, grouping);
    const { destinationName, currency } = line;
    const figures = { ...figuresOf(line), hits: hits === null ? null : NO_HITS };
    lines.set(keyOf(group, currency), { group, destinationName, currency, ...figures });
  }
  for (const { currency, ...line } of hits ?? []) {
    const group = groupOf({ ...line, source: null }, [], grouping);
    const place = keyOf(group, currency);
    const before = lines.get(place) ?? { group, destinationName: null, currency, ...NOTHING };
    const { hits: count, matched, unmatched, unmatchedMinor } = line;
    lines.set(place, { ...before, hits: { hits: count, matched, unmatched, unmatchedMinor } });
  }
  return [...lines.values()].sort(inOrder);
}

/** Days without anything have lines, too, in every currency there is. */
export function withEmptyDays(lines: readonly ReportLine[], period: ReportPeriod): ReportLine[] {
  const currencies = new Set(lines.map(({ currency }) => currency));
  const present = new Set(lines.map(({ group, currency }) => keyOf(group, currency)));
  const empty = daysOf(period).flatMap((day) =>
    [...currencies]
      .map((currency) => ({ group: { day }, destinationName: null, currency }))
      .filter(({ group, currency }) => !present.has(keyOf(group, currency)))
      .map((line) => ({ ...line, ...NOTHING, hits: NO_HITS })),
  );
  return [...lines, ...empty].sort(inOrder);
}

function figuresOf(line: RevenueLine): Omit<RevenueFigures, 'hits'> {
  const { transfers, bridged, billable, confirmed, estimatedMinor, confirmedMinor } = line;
  const { bridgedConfirmed, outstandingMinor, varianceMinor, revisedMinor, uncountedMinor } = line;
  return {
    ...{ transfers, bridged, billable, confirmed, estimatedMinor, confirmedMinor },
    ...{ bridgedConfirmed, outstandingMinor, varianceMinor, revisedMinor },
    uncountedMinor,
  };
}

type Told = Pick<RevenueLine, 'day' | 'hour' | 'destinationId' | 'buyer' | 'source'>;

function groupOf(
  { day, hour, destinationId: destination, buyer, source }: Told,
  campaign: readonly (string | null)[],
  { by, byCampaign }: Grouping,
): ReportLine['group'] {
  const values = { day, hour, destination, buyer, source };
  return Object.fromEntries([
    ...by.map((each) => [each, values[each]] as const),
    ...byCampaign.map((name, index) => [`campaign.${name}`, campaign[index] ?? null] as const),
  ]);
}

function keyOf(group: ReportLine['group'], currency: string): string {
  return JSON.stringify([group, currency]);
}

function inOrder(a: ReportLine, b: ReportLine): number {
  for (const [word, value] of Object.entries(a.group)) {
    const other = b.group[word] ?? null;
    if (value === other) continue;
    if (value === null) return 1;
    return other === null || value < other ? -1 : 1;
  }
  return a.currency < b.currency ? -1 : 1;
}
