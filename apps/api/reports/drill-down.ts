import {
  bridgedAtAge,
  type KnownTransfers,
  type UnconfirmedTransfers,
} from '#projections/transfer-revenue';
import { type RevenueReportQuery, type WithCampaign } from './report.requests.js';
import { dayWithin, hourWithin, instantOf, type ReportPeriod } from './report-period.js';
import { type ReportLine } from './revenue-lines.js';

/** The address of the list of transfers behind a line (RP-5): same period, filters and moment. */
export function transfersUrl(
  { group, currency }: Pick<ReportLine, 'group' | 'currency'>,
  { query, campaign }: WithCampaign<RevenueReportQuery>,
  period: ReportPeriod,
): string {
  const { from, to, timeZone } = periodOfLine(group, period);
  const words = new URLSearchParams({ from, to, tz: timeZone, currency });
  const { destination_id, buyer, source, as_of, sense } = query;
  for (const [name, value] of Object.entries({ destination_id, buyer, source, as_of })) {
    if (value !== undefined) words.set(name, value);
  }
  if (sense !== 'now') words.set('sense', sense);
  for (const [name, value] of Object.entries(campaign)) words.set(`campaign.${name}`, value ?? '');
  for (const [word, value] of Object.entries(group)) {
    if (word === 'day' || word === 'hour') continue;
    words.set(word === 'destination' ? 'destination_id' : word, value ?? '');
  }
  return `/v1/transfers?${words.toString()}`;
}

/** The address of the list of transfers that nobody has confirmed, of an age as of `until`. */
export function ageingUrl(
  { age, currency }: Pick<UnconfirmedTransfers, 'age' | 'currency'>,
  given: WithCampaign<RevenueReportQuery>,
  { period, until }: { readonly period: ReportPeriod; readonly until: string },
): string {
  const all = transfersUrl({ group: {}, currency }, given, period);
  const words = new URLSearchParams({ bridged: 'true', confirmed: 'false' });
  const { from, to } = bridgedAtAge(age, until);
  if (from !== null) words.set('bridged_from', from);
  if (to !== null) words.set('bridged_to', to);
  return `${all}&${words.toString()}`;
}

/** Of which time, and of which leads, hits are. */
interface HitScope {
  readonly period: ReportPeriod;
  readonly revenue: Pick<KnownTransfers, 'mode'>;
}

/**
 * The address of the list of hits behind a line; `null` where hits cannot be told apart as it is.
 * Of a past moment, those that belonged to the line then, with what was at stake in them then.
 */
export function postbacksUrl(
  { group, currency, hits }: Pick<ReportLine, 'group' | 'currency' | 'hits'>,
  { query }: WithCampaign<RevenueReportQuery>,
  { period, revenue }: HitScope,
): string | null {
  if (hits === null) return null;
  const { from, to, timeZone } = periodOfLine(group, period);
  const destination = 'destination' in group ? group['destination'] : query.destination_id;
  const buyer = 'buyer' in group ? group['buyer'] : query.buyer;
  const words = new URLSearchParams({ called_from: from, called_to: to, currency });
  words.set('statement_lines', 'false');
  words.set('mode', revenue.mode);
  if (destination !== undefined) words.set('reported_destination_id', destination ?? '');
  if (buyer !== undefined) words.set('buyer', buyer ?? '');
  if (query.as_of !== undefined) words.set('known_by', instantOf(query.as_of, timeZone));
  return `/v1/postbacks?${words.toString()}`;
}

/** The address of those of {@link postbacksUrl} that wait for a transfer. */
export function unmatchedUrl(postbacks: string | null): string | null {
  return postbacks === null ? null : `${postbacks}&status=unmatched`;
}

function periodOfLine({ day, hour }: ReportLine['group'], period: ReportPeriod): ReportPeriod {
  if (hour !== undefined && hour !== null) return hourWithin(hour, period);
  return day === undefined || day === null ? period : dayWithin(day, period);
}
