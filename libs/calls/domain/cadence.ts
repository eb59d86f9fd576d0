import { type Facts, matchesFilter } from '#libs/filters';
import { type CallDisposition } from './call.events.js';
import { type DialingSettings } from './dialing.events.js';

/**
 * How many minutes to wait after a lead’s last call: by the first rule of the cadence that its last
 * two dispositions and the lead itself fit, else the usual spacing (DI-5, CO-7). `past` is in order
 * of time; `facts` are what filters may ask about, `lead.*`.
 */
export function waitMinutesAfter(
  { cadence, spacingMinutes }: Pick<DialingSettings, 'cadence' | 'spacingMinutes'>,
  past: readonly { readonly disposition: CallDisposition }[],
  facts: Facts,
): number {
  const last = past.at(-1)?.disposition;
  const beforeLast = past.at(-2)?.disposition;
  const rule = cadence.find(
    (each) =>
      each.last === last &&
      (each.beforeLast === null || each.beforeLast === beforeLast) &&
      (each.filter === null || matchesFilter(each.filter, facts)),
  );
  return rule?.waitMinutes ?? spacingMinutes;
}
