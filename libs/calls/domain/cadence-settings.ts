import { type FieldReader, type IntegerRule } from '#libs/fields';
import { readFilter } from '#libs/filters';
import { CALL_DISPOSITIONS } from './call.events.js';
import { type CadenceRule } from './dialing.events.js';

const RULES_MAX = 50;
/** Up to the 30 days of a lead. */
const WAIT_MINUTES: IntegerRule = { min: 0, max: 43_200 };

/** Rules {last, before_last, filter, wait_minutes}, in the order in which they are tried. */
export function readCadence(fields: FieldReader, fallback: readonly CadenceRule[]): CadenceRule[] {
  if (!fields.has('cadence')) return [...fallback];
  return fields.list('cadence', { max: RULES_MAX }, (rule) => ({
    last: rule.word('last', CALL_DISPOSITIONS),
    beforeLast: rule.nullable('before_last', null, () =>
      rule.word('before_last', CALL_DISPOSITIONS),
    ),
    filter: rule.nullable('filter', null, () => rule.by('filter', readFilter)),
    waitMinutes: rule.integer('wait_minutes', WAIT_MINUTES),
  }));
}

/** The rules as they are sent. */
export function writeCadence(rules: readonly CadenceRule[]): object[] {
  return rules.map(({ last, beforeLast, filter, waitMinutes }) => ({
    ...{ last, before_last: beforeLast, filter, wait_minutes: waitMinutes },
  }));
}
