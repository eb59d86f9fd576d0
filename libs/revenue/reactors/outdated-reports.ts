import { pause } from '#libs/event-store';
import { type Clock } from '#libs/kernel';
import { v5 as uuidv5 } from 'uuid';
import { type Caller } from '../application/caller.js';
import {
  type OutdatedPage,
  type OutdatedReport,
  type PostbackLookup,
} from '../application/ports.js';
import { type PostbackMatcher } from '../application/postback-matcher.js';
import { MATCHING_RULES_VERSION } from '../domain/matching.js';
import { ALIAS_MAP_VERSION } from '../domain/reading/alias-map.js';

/** What {@link OutdatedReports} is put together from. */
export interface OutdatedReportsParts {
  readonly matcher: Pick<PostbackMatcher, 'readAndMatch'>;
  readonly postbacks: Pick<PostbackLookup, 'outdated'>;
  readonly clock: Clock;
  /** Told of a report that could not be looked at; it is tried again an hour later. */
  readonly onProblem?: (error: unknown) => void;
}

const HOUR_MS = 3_600_000;
/** Namespace of the ids of commands; drawn once, permanent. */
const SWEEP = '0c7d1f52-8a3b-4e69-b1d4-5f2e9a7c6038';
const VERSIONS = { aliasMap: ALIAS_MAP_VERSION, rules: MATCHING_RULES_VERSION };

/**
 * Looks again at reports that wait when a version of Leadledger with another alias map or with
 * other rules is put to work, and at rows of statements once the time that they name has come: no
 * event tells of that. Those that come later are read by it anyway.
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
    const now = { ...VERSIONS, at: this.parts.clock.now().toISOString() };
    let cursor: string | null = null;
    do {
      const page: OutdatedPage = await this.parts.postbacks.outdated(now, cursor);
      for (const report of page.reports) {
        if (ended.aborted) return;
        await this.#look(report);
      }
      cursor = page.next;
    } while (cursor !== null);
  }

  async #look(report: OutdatedReport): Promise<void> {
    const { tenantId, postbackId } = report;
    try {
      await this.parts.matcher.readAndMatch(tenantId, postbackId, callerFor(report));
    } catch (error) {
      this.parts.onProblem?.(error);
    }
  }
}

/** To look before its time and since are two commands. */
function callerFor({ postbackId, since }: OutdatedReport): Caller {
  const versions = `map ${VERSIONS.aliasMap} rules ${VERSIONS.rules}`;
  const causationId = since === null ? versions : `${versions} since ${since}`;
  const commandId = uuidv5(`${causationId} ${postbackId}`, SWEEP);
  // Not the reactor: of what is done for no event the reactor has to make sure.
  return { actor: { kind: 'system', id: 'outdated_reports' }, commandId, causationId };
}
