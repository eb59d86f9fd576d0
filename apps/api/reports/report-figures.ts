import { type UnconfirmedTransfers } from '#projections/transfer-revenue';
import { type CsvCell } from '../http/csv-text.js';
import { decimalOf } from './money-view.js';
import {
  type RevenueFiguresView,
  type RevenueLineView,
  type UnconfirmedView,
} from './report.response.js';
import { type ReportLine, type RevenueFigures } from './revenue-lines.js';

/** Figures as they are told: every amount in hundredths and as a decimal number. */
export function figuresView(
  figures: RevenueFigures & { readonly currency: string },
): Pick<RevenueFiguresView, keyof RevenueFiguresView> {
  const { currency, transfers, bridged, billable, confirmed, hits } = figures;
  const told = (minor: bigint) => [Number(minor), decimalOf(minor)] as const;
  const [estimated_minor, estimated] = told(figures.estimatedMinor);
  const [confirmed_minor, confirmedAmount] = told(figures.confirmedMinor);
  const [outstanding_minor, outstanding] = told(figures.outstandingMinor);
  const [variance_minor, variance] = told(figures.varianceMinor);
  const [revised_minor, revised] = told(figures.revisedMinor);
  const [uncounted_minor, uncounted] = told(figures.uncountedMinor);
  return {
    ...{ currency, transfers, bridged, billable, confirmed_transfers: confirmed },
    ...{ estimated_minor, estimated, confirmed_minor, confirmed: confirmedAmount },
    ...{ outstanding_minor, outstanding, variance_minor, variance, revised_minor, revised },
    ...{ uncounted_minor, uncounted },
    ...{ hits: hits?.hits ?? null, matched_hits: hits?.matched ?? null },
    unmatched_hits: hits?.unmatched ?? null,
    unmatched_minor: hits === null ? null : Number(hits.unmatchedMinor),
    unmatched: hits === null ? null : decimalOf(hits.unmatchedMinor),
    match_rate: hits === null ? null : rateOf(hits.matched, hits.hits),
    // A report may come of a transfer that was never bridged: it does not make the rate exceed 1.
    confirmation_rate: rateOf(figures.bridgedConfirmed, bridged),
  };
}

/** To four decimals; `null` where there is nothing to divide by. */
export function rateOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}

/** A line, with where the transfers and the hits behind it are. */
export function lineView(
  line: ReportLine,
  links: Pick<RevenueLineView, 'transfers_url' | 'postbacks_url' | 'unmatched_url'>,
): RevenueLineView {
  const { group, destinationName: destination_name } = line;
  return { group, destination_name, ...figuresView(line), ...links };
}

/** Bridged transfers that wait for a report. */
export function unconfirmedView(
  waiting: UnconfirmedTransfers,
  transfers_url: string,
): UnconfirmedView {
  const { age, transfers, estimatedMinor } = waiting;
  const estimated = decimalOf(estimatedMinor);
  return { age, transfers, estimated_minor: Number(estimatedMinor), estimated, transfers_url };
}

const GROUPS = ['day', 'hour', 'destination', 'buyer', 'source'] as const;
const FIGURES = [
  ...(['currency', 'transfers', 'bridged', 'billable', 'confirmed_transfers'] as const),
  ...(['estimated_minor', 'estimated', 'confirmed_minor', 'confirmed'] as const),
  ...(['outstanding_minor', 'outstanding', 'variance_minor', 'variance'] as const),
  ...(['revised_minor', 'revised', 'uncounted_minor', 'uncounted'] as const),
  ...(['hits', 'matched_hits', 'unmatched_hits'] as const),
  ...(['unmatched_minor', 'unmatched', 'match_rate', 'confirmation_rate'] as const),
] satisfies (keyof RevenueFiguresView)[];

/** Names of the columns of a report as CSV: always the same ones, then those of the campaign. */
export function reportColumns(byCampaign: readonly string[]): string[] {
  const campaign = byCampaign.map((name) => `campaign.${name}`);
  return [...GROUPS, 'destination_name', ...FIGURES, ...campaign];
}

/** The cells of a line, in the order of {@link reportColumns}. */
export function reportCells(line: RevenueLineView, byCampaign: readonly string[]): CsvCell[] {
  const { group, destination_name } = line;
  return [
    ...GROUPS.map((name) => group[name] ?? null),
    destination_name,
    ...FIGURES.map((name) => line[name]),
    ...byCampaign.map((name) => group[`campaign.${name}`] ?? null),
  ];
}

/**
 * The cells of the sums of a currency. They say so in the first column, where lines have a day or
 * nothing, so that whoever adds up the lines leaves them out.
 */
export function totalCells(total: RevenueFiguresView, byCampaign: readonly string[]): CsvCell[] {
  const [, ...others] = GROUPS;
  return [
    'total',
    ...[...others, 'destination_name'].map(() => null),
    ...FIGURES.map((name) => total[name]),
    ...byCampaign.map(() => null),
  ];
}

/** Names of the columns of what nobody has confirmed yet, as CSV. */
export const AGEING_COLUMNS = [
  ...['currency', 'age', 'transfers', 'estimated_minor', 'estimated', 'transfers_url'],
];

/** The cells of one age, in the order of {@link AGEING_COLUMNS}. */
export function ageingCells(currency: string, unconfirmed: UnconfirmedView): CsvCell[] {
  const { age, transfers, estimated_minor, estimated, transfers_url } = unconfirmed;
  return [currency, age, transfers, estimated_minor, estimated, transfers_url];
}
