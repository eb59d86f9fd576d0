import { type Decider } from '#libs/kernel';
import { DEFAULT_DNC_RULES, readDncMatrix } from './dnc-matrix.js';
import { DNC_LISTS, type DncRules, type DncRulesEvent } from './dnc-rules.events.js';

/** Decides what the named lists mean. `wish` is as it was sent, `at` ISO-8601 UTC. */
export interface ConfigureDncRules {
  readonly type: 'ConfigureDncRules';
  readonly wish: unknown;
  readonly reason: string | null;
  readonly at: string;
}

/** Lists not named stay as they are, read right here, so that two changes at once both count. */
function decide({ wish, reason, at }: ConfigureDncRules, { matrix }: DncRules): DncRulesEvent[] {
  const after = readDncMatrix(wish, matrix);
  if (DNC_LISTS.every((list) => after[list] === matrix[list])) return [];
  const data = { before: matrix, after, reason, configuredAt: at };
  return [{ type: 'DncRulesConfigured', data }];
}

/** What do-not-call lists mean for a tenant (CO-5). */
export const dncRulesDecider: Decider<DncRules, ConfigureDncRules, DncRulesEvent> = {
  initialState: () => DEFAULT_DNC_RULES,
  decide,
  evolve: ({ version }, { data }) => ({ version: version + 1, matrix: data.after }),
};
