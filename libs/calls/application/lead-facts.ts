import { brandsOfLead } from '#events/leads';
import { callingBrands } from '../domain/calling-brands.js';
import { type DialingSettings } from '../domain/dialing.events.js';
import { type Places } from '../domain/hours/candidate-zones.js';
import { type CallableLead } from '../domain/lead-calls.js';
import { type ConsumerData } from './consumers.js';
import { type AskedLead } from './ports.js';

/**
 * The lead as the lists are asked about it: of the brand it was collected under and, once the
 * tenant dials, of those it is called under (CO-4).
 */
export function askedLead(
  lead: CallableLead,
  { phone: e164 }: Pick<ConsumerData, 'phone'>,
  settings: DialingSettings | null,
): AskedLead {
  const called = settings === null ? [] : callingBrands(settings);
  const brands = [...new Set([...brandsOfLead(lead), ...called])];
  return { e164, phoneHash: lead.phoneHash, brands };
}

/** What filters may ask about: `lead.*` and `answers.*`. */
export function leadFacts(
  { state, source, country, areaCode, receivedAt }: CallableLead,
  { zip }: Pick<ConsumerData, 'zip'>,
  answers: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const given = Object.entries(answers).map(([id, value]) => [`answers.${id}`, value] as const);
  return {
    ...{ 'lead.state': state, 'lead.source': source, 'lead.country': country },
    ...{ 'lead.area_code': areaCode, 'lead.zip': zip ?? null, 'lead.received_at': receivedAt },
    ...Object.fromEntries<unknown>(given),
  };
}

/** Where the consumer may be, for calling hours. */
export function placesOf(
  { state, areaCode, country, statedCountry, isPlaceUnread }: CallableLead,
  { zip = null }: { readonly zip?: string | null },
): Places {
  const countries = [country, statedCountry].filter((code) => code !== null);
  return { state, zip, areaCode, countries, isUnread: isPlaceUnread };
}
