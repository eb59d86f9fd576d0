import { pause } from '#libs/event-store';
import { v5 as uuidv5 } from 'uuid';
import { type Caller } from '../application/caller.js';
import { type OutdatedPage, type PostbackLookup } from '../application/ports.js';
import { type PostbackMatcher } from '../application/postback-matcher.js';
import { MATCHING_RULES_VERSION } from '../domain/matching.js';
import { ALIAS_MAP_VERSION } from '../domain/reading/alias-map.js';

/** What {@link OutdatedReports} is put together from. */
export interface OutdatedReportsParts {
  readonly matcher: Pick<PostbackMatcher, 'readAndMatch'>;
  readonly postbacks: Pick<PostbackLookup, 'outdated'>;
  /** Told of a report that could not be looked at; it is tried again an hour later. */
  readonly onProblem?: (error: unknown) => void;
}

const HOUR_MS = 3_600_000;
/** Namespace of the ids of commands; drawn once, permanent. */
const SWEEP = '0c7d1f52-8a3b-4e69-b1d4-5f2e9a7c6038';
const VERSIONS = { aliasMap: ALIAS_MAP_VERSION, rules: MATCHING_RULES_VERSION };

/**
 * Looks again at reports that wait when a version of Leadledger with another alias map or with
 * other rules is put to work: no event tells of that. Those that come later are read by it anyway.
 */
export class OutdatedReports {
  constructor(private readonly parts: OutdatedReportsParts) {}

  /** At once and every hour, since the read side may not show all of them yet. Never rejects. */
  async run(ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      await this.sweep(ended).catch((error: unknown) => this.parts.onProblem?.(error));
      await pause(HOUR_MS, ended);
    }
  }

  /** All there are now, a page at a time. */
  async sweep(ended: AbortSignal): Promise<void> {
    let cursor: string | null = null;
    do {
      const page: OutdatedPage = await this.parts.postbacks.outdated(VERSIONS, cursor);
      for (const report of page.reports) {
        if (ended.aborted) return;
        await this.#look(report);
      }
      cursor = page.next;
    } while (cursor !== null);
  }

  async #look({ tenantId, postbackId }: OutdatedPage['reports'][number]): Promise<void> {
    try {
      await this.parts.matcher.readAndMatch(tenantId, postbackId, callerFor(postbackId));
    } catch (error) {
      this.parts.onProblem?.(error);
    }
  }
}

function callerFor(postbackId: string): Caller {
  const causationId = `map ${VERSIONS.aliasMap} rules ${VERSIONS.rules}`;
  const commandId = uuidv5(`${causationId} ${postbackId}`, SWEEP);
  // Not the reactor: of what is done for no event the reactor has to make sure.
  return { actor: { kind: 'system', id: 'outdated_reports' }, commandId, causationId };
}
