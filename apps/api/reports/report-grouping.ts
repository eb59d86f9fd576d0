import { validationFailed } from '#libs/leads';
import { HIT_DIMENSIONS, type HitDimension } from '#projections/postback-inbox';
import { REVENUE_DIMENSIONS, type RevenueDimension } from '#projections/transfer-revenue';

/** How the lines of a report are told apart. */
export interface Grouping {
  readonly by: readonly RevenueDimension[];
  /** Names of values of the campaign, e.g. utm_source. */
  readonly byCampaign: readonly string[];
}

const CAMPAIGN = /^campaign\.(\w{1,50})$/;
const WORDS_MAX = 8;

/** Reads e.g. `day,destination,campaign.utm_source`. Throws `validation_failed`. */
export function groupingOf(text: string | undefined): Grouping {
  const words = text === undefined || text === '' ? [] : text.split(',');
  const by = REVENUE_DIMENSIONS.filter((dimension) => words.includes(dimension));
  const byCampaign = words.flatMap((word) => CAMPAIGN.exec(word)?.[1] ?? []);
  const isUnderstood = by.length + byCampaign.length === words.length;
  const isDistinct = new Set(words).size === words.length;
  if (isUnderstood && isDistinct && words.length <= WORDS_MAX) return { by, byCampaign };
  const message = `must be up to ${WORDS_MAX} of ${REVENUE_DIMENSIONS.join(', ')}, campaign.<name>`;
  throw validationFailed([{ field: 'group_by', code: 'not_allowed', message }]);
}

/** What hits can be told apart by in the same way; `null` if they cannot: a hit has no lead. */
export function hitGroupingOf({ by, byCampaign }: Grouping): readonly HitDimension[] | null {
  if (byCampaign.length > 0) return null;
  const dimensions: readonly RevenueDimension[] = HIT_DIMENSIONS;
  if (!by.every((each) => dimensions.includes(each))) return null;
  return HIT_DIMENSIONS.filter((each) => by.includes(each));
}
