import { type SuppressionData } from './suppression.events.js';

type Standing = Pick<
  SuppressionData,
  'reason' | 'source' | 'expiresAt' | 'personal' | 'suppressedAt'
>;

/** The reason of entries that the consumer asked for (CO-8). */
export const OPTED_OUT = 'opted_out';

/**
 * How an entry stands once its number is suppressed again: never weaker, for whoever says stop is
 * believed until somebody takes the entry off (CO-4, ADR 0027). While the former one is in force the
 * later end counts, and that the consumer opted out stays the reason. The former one itself if that
 * says all of it.
 *
 * The decider and read models fold by it, so that logs agree in which the last wish had won.
 */
export function standingEntry<Entry extends Standing>(former: Entry, latter: Entry): Entry {
  const isOver = endMsOf(former) <= Date.parse(latter.suppressedAt);
  const stands = isOver ? latter : joined(former, latter);
  const isSame = stands.reason === former.reason && stands.expiresAt === former.expiresAt;
  return isSame ? former : stands;
}

function joined<Entry extends Standing>(former: Entry, latter: Entry): Entry {
  const isShorter = endMsOf(latter) < endMsOf(former);
  const [weak, strong] = isShorter ? [latter, former] : [former, latter];
  const isOptOut = weak.reason === OPTED_OUT && strong.reason !== OPTED_OUT;
  const { reason, source } = isOptOut ? weak : strong;
  const personal = latter.personal ?? former.personal;
  return { ...latter, reason, source, personal, expiresAt: strong.expiresAt };
}

/** When it ends, exclusive; never without an end. */
function endMsOf({ expiresAt }: Standing): number {
  return expiresAt === null ? Infinity : Date.parse(expiresAt);
}
