import {
  blockingLists,
  DEFAULT_DNC_RULES,
  type DncAnswer,
  type DncFinding,
  type DncRules,
  findDnc,
} from '#events/leads';
import { type DialObstacle } from './call.events.js';
import { type CallableLead } from './lead-calls.js';

/** What the lists said right before a dial or a transfer. */
export interface ListAnswers {
  readonly suppressionEntryId: string | null;
  /** Whom that entry binds: everybody, or leads of a brand; `null`: there is none. */
  readonly suppressionScope: 'tenant' | 'brand' | null;
  readonly dnc: DncAnswer;
  /** What lists mean for the tenant; `null` where nobody answered. */
  readonly dncRules: DncRules | null;
}

/**
 * What the do-not-call answer means for the lead, by the rules that judged it at receipt (CO-5).
 */
export function dncFindingFor(
  { dnc, dncRules }: Pick<ListAnswers, 'dnc' | 'dncRules'>,
  { consent }: Pick<CallableLead, 'consent'>,
): DncFinding | null {
  return findDnc(dnc, dncRules ?? DEFAULT_DNC_RULES, consent);
}

/** What the lists hold against calling or handing over a consumer now (CO-4, CO-5). */
export function listObstacles(
  { suppressionEntryId, suppressionScope, dnc }: ListAnswers,
  finding: DncFinding | null,
): DialObstacle[] {
  const suppressed = suppressionScope === 'brand' ? 'suppressed_for_brand' : 'suppressed';
  return [
    ...(suppressionEntryId === null ? [] : ([suppressed] as const)),
    ...(blockingLists(finding).length > 0 ? (['dnc_listed'] as const) : []),
    ...(dnc.outcome === 'failed' ? (['dnc_check_failed'] as const) : []),
  ];
}
