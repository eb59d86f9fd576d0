import { type Places } from '../domain/hours/candidate-zones.js';
import { type CallableLead } from '../domain/lead-calls.js';
import { type ConsumerData } from './consumers.js';

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
  { state, areaCode, country }: CallableLead,
  { zip = null }: { readonly zip?: string | null },
): Places {
  return { state, zip, areaCode, country };
}
