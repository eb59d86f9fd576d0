import { FieldReader } from '#libs/fields';
import {
  DNC_LISTS,
  DNC_RULES,
  type DncList,
  type DncMatrix,
  type DncRules,
} from './dnc-rules.events.js';

/**
 * Lists that always block. Whoever asked us not to call means it, whatever they once signed; who
 * sues is not called; and the consent of a number's former owner is not that of its new one.
 */
const LOCKED: ReadonlySet<DncList> = new Set(['internal', 'litigator', 'reassigned']);

/** Whether no setting loosens the list. */
export function isLocked(list: DncList): boolean {
  return LOCKED.has(list);
}

/**
 * What lists mean until a tenant decides: the strictest reading. The federal rules except calls
 * that the consumer agreed to with the seller in writing (47 CFR 64.1200(c)(2)(ii)); whether the
 * text behind a version names the seller is more than we know, so a tenant has to say so itself.
 * Calls to mobiles are made with written consent, which is asked of every lead anyway.
 */
export const DEFAULT_DNC_RULES: DncRules = {
  version: 0,
  matrix: {
    ...{ national: 'block', state: 'block', internal: 'block', litigator: 'block' },
    ...{ wireless: 'allow_with_written_consent', reassigned: 'block' },
  },
};

/**
 * A matrix out of whatever was sent: lists left out stay as in `base`. Throws `validation_failed`
 * with every list that is wrong, unknown, or never loosened.
 */
export function readDncMatrix(sent: unknown, base: DncMatrix): DncMatrix {
  const fields = new FieldReader(sent);
  const rules = DNC_LISTS.map((list) => {
    const rule = fields.word(list, DNC_RULES, base[list]);
    if (isLocked(list) && rule !== 'block') {
      fields.refuse(list, 'never_loosened', 'always blocks, whatever consent there is');
    }
    return [list, rule] as const;
  });
  fields.refuseWrong();
  return Object.fromEntries(rules) as DncMatrix;
}
