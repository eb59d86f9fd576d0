import { type Facts, type FilterRule, type FilterSet, matchesFilter } from '#libs/filters';
import { type LeadStreamEvent } from './call-result.js';
import { type CallResult } from './postback-delivery.events.js';
import { type PostbackTargetSettings } from './postback-target.events.js';

/** Before the name of a tag: `lead.campaign.utm_source`. */
const TAG = /^lead\.campaign\.(utm_[a-z_]{1,40}|campaign)$/;

/** Whether a target is told of a call at all: of its leads, to its destination, past its filter. */
export function isConcerned(
  { mode, destinationId, filter }: PostbackTargetSettings,
  result: CallResult,
  history: readonly LeadStreamEvent[],
): boolean {
  if (mode !== result.mode) return false;
  if (destinationId !== null && destinationId !== result.destinationId) return false;
  return filter === null || matchesFilter(filter, factsOf(result, history));
}

/** Fields of a filter that nothing is known of, so that it would never be told; each once. */
export function unknownFields(filter: FilterSet): string[] {
  const fields = fieldsOf(filter).filter((field) => field !== 'lead.source' && !TAG.test(field));
  return [...new Set(fields)];
}

/**
 * Where a filter wants any of no rules to hold, which never happens, by paths that begin with
 * `path`: `filter.rules.1.rules`.
 */
export function emptyChoices({ op, rules }: FilterSet, path: string): string[] {
  if (op === 'or' && rules.length === 0) return [`${path}.rules`];
  const within = (rule: FilterRule | FilterSet, index: number) =>
    'rules' in rule ? emptyChoices(rule, `${path}.rules.${index}`) : [];
  return rules.flatMap(within);
}

function fieldsOf(filter: FilterSet): string[] {
  const each = (rule: FilterRule | FilterSet) => ('rules' in rule ? fieldsOf(rule) : [rule.field]);
  return filter.rules.flatMap(each);
}

/** The tags are those that the lead had when it was handed over. */
function factsOf({ transferId, source }: CallResult, history: readonly LeadStreamEvent[]): Facts {
  const requested = history.find(
    (event) => event.type === 'TransferRequested' && event.data.transferId === transferId,
  );
  const campaign: Readonly<Record<string, string>> =
    requested?.type === 'TransferRequested' ? requested.data.campaign : {};
  const tags = Object.entries(campaign).map(([name, value]): [string, string] => [
    `lead.campaign.${name}`,
    value,
  ]);
  return { 'lead.source': source, ...Object.fromEntries<string>(tags) };
}
