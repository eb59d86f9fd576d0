import { type StoredEvent } from '#libs/event-store';
import { type Clock, type TenantId } from '#libs/kernel';
import { isErased } from '#libs/privacy';
import { type MatchOutcome } from '../domain/matching.js';
import { isCounted, isOpen, type KnownPostback } from '../domain/postback.js';
import { type PostbackEvent } from '../domain/postback.events.js';
import { transferNotFound } from '../domain/revenue.errors.js';
import { cameFirst, strayedReports } from '../domain/strayed-reports.js';
import { type Caller } from './caller.js';
import { matchOutcome } from './match-outcome.js';
import { afterReading, afterRefusal, concluding, followFirst } from './matching-commands.js';
import { type PostbackLedger, type StandingPostback } from './postback-ledger.js';
import {
  type FreshReading,
  isReadSo,
  type PostbackReader,
  type PostbackRecord,
} from './postback-reader.js';
import { type ReceivedPostback } from './receive-postback.handler.js';
import { type SoughtCall, type TransferFinder } from './transfer-finder.js';

/** What a matcher is put together from. */
export interface MatcherParts {
  readonly finder: TransferFinder;
  readonly ledger: PostbackLedger;
  readonly reader: PostbackReader;
  readonly clock: Clock;
}

/** The event that a report came in. */
export type ReceivedEvent = StoredEvent<Extract<PostbackEvent, { type: 'PostbackReceived' }>>;

/** Finds the transfers that reports are about, and takes the reports into their ledgers. */
export class PostbackMatcher {
  readonly #parts: MatcherParts;

  constructor(parts: MatcherParts) {
    this.#parts = parts;
  }

  /** What a report would be matched to. Changes nothing. */
  preview(tenantId: TenantId, call: SoughtCall): Promise<MatchOutcome> {
    return matchOutcome(this.#parts.finder, tenantId, call);
  }

  /** Matches a report that has just come, as far as the read side knows its transfer already. */
  async matchReceived(
    { tenantId, postback, caller: number }: ReceivedPostback,
    caller: Caller,
  ): Promise<StandingPostback> {
    if (!isOpen(postback)) return { postback, position: null };
    const outcome = await this.preview(tenantId, { ...postback, caller: number });
    if (postback.status === 'received') this.#parts.ledger.rememberReceived(tenantId, postback);
    return this.#conclude(tenantId, postback, outcome, caller);
  }

  /**
   * Matches a report by the event of its receipt, which says all there is to know of most: only one
   * that nothing is found for is looked up, and then as {@link matchAgain} does. One that was taken
   * in under other settings than those of now is read anew, whatever was found for it.
   */
  async matchFromEvent(received: ReceivedEvent, caller: Caller): Promise<StandingPostback> {
    const { reader } = this.#parts;
    const { tenantId } = received.metadata;
    const record = await reader.open(tenantId, reader.told(tenantId, [received]));
    const number = callerIn(record);
    const [outcome, isUpToDate] = await Promise.all([
      this.preview(tenantId, { ...record.postback, caller: number }),
      reader.isUpToDate(tenantId, record),
    ]);
    if (!isUpToDate) return this.readAndMatch(tenantId, record.postback.postbackId, caller);
    if (outcome.kind === 'matched') {
      return this.#conclude(tenantId, record.postback, outcome, caller);
    }
    const now = await reader.closed(tenantId, record.postback.postbackId);
    if (!isOpen(now.postback)) return this.#carryOut(tenantId, now.postback, caller);
    const asked = now.history.length === 1 ? { outcome, number } : null;
    return this.#readAndMatch(tenantId, { ...record, ...now }, asked, caller);
  }

  /**
   * Looks at a report again, whatever it waits for: that its ledger hears of it, or for a transfer.
   * A report that nothing is found for is read anew first, since other settings may hold by now.
   */
  async matchAgain(
    tenantId: TenantId,
    postbackId: string,
    caller: Caller,
  ): Promise<StandingPostback> {
    const { reader } = this.#parts;
    const known = await reader.closed(tenantId, postbackId);
    if (!isOpen(known.postback)) return this.#carryOut(tenantId, known.postback, caller);
    const record = await reader.open(tenantId, known);
    const number = callerIn(record);
    const outcome = await this.preview(tenantId, { ...record.postback, caller: number });
    if (outcome.kind === 'matched') {
      return this.#conclude(tenantId, record.postback, outcome, caller);
    }
    return this.#readAndMatch(tenantId, record, { outcome, number }, caller);
  }

  /**
   * Reads a report anew under the settings of now. One that was not matched is matched as it is
   * read then; the ledger of one that counts hears of it. What people took off is left alone.
   */
  async readAndMatch(
    tenantId: TenantId,
    postbackId: string,
    caller: Caller,
  ): Promise<StandingPostback> {
    const { ledger, reader } = this.#parts;
    const record = await reader.record(tenantId, postbackId);
    if (isOpen(record.postback)) return this.#readAndMatch(tenantId, record, null, caller);
    const told = await ledger.carryOut(tenantId, record.postback, caller);
    // What was refused is read under the settings of now, too, before it is matched.
    if (isOpen(told.postback)) {
      return this.readAndMatch(tenantId, postbackId, afterRefusal(told.postback, caller));
    }
    if (told.postback.status !== 'settled') return told;
    await this.#readBefore(tenantId, { ...record, postback: told.postback }, caller);
    const read = await this.readAnew(tenantId, { ...record, postback: told.postback }, caller);
    return this.#carryOut(tenantId, read.postback, caller);
  }

  /**
   * Has reports of one call that count for several transfers follow the first of them: those of the
   * call of the first id, of all that count under its name. Whoever comes second finds nothing to do
   * but to tell the ledgers.
   */
  async gather(tenantId: TenantId, postbackIds: readonly string[], caller: Caller): Promise<void> {
    const { ledger, reader, finder } = this.#parts;
    const told: KnownPostback[] = [];
    for (const postbackId of postbackIds) {
      const { postback } = await reader.closed(tenantId, postbackId);
      told.push((await ledger.carryOut(tenantId, postback, caller)).postback);
    }
    const strayed = strayedReports(told);
    if (strayed === null) return;
    const transfer = await finder.transfer(tenantId, strayed.first.assignment.transferId);
    if (transfer === null) throw transferNotFound();
    for (const stray of strayed.others) {
      // A person may have taken it off meanwhile: then there is nothing to follow.
      const { postback: first } = await reader.closed(tenantId, strayed.first.postbackId);
      if (!isCounted(first) || first.assignment?.transferId !== transfer.transferId) return;
      const command = followFirst(strayed.first, stray, transfer, this.#now());
      const moved = await ledger.decide(tenantId, stray.postbackId, command, caller);
      await ledger.carryOut(tenantId, moved.postback, caller);
    }
  }

  /** Notes how a report is read now, if that is different; it is matched to nothing by this. */
  async readAnew(
    tenantId: TenantId,
    record: PostbackRecord,
    caller: Caller,
  ): Promise<StandingPostback> {
    const fresh = await this.#parts.reader.readAgain(tenantId, record);
    return this.#noteReading(tenantId, record, fresh, caller);
  }

  /**
   * A report that is renamed, and that only its old name led where it counts: whether it stays
   * depends on what those are called by now that its name was that of. So they are read anew first,
   * whichever of them is looked at: those that anything else led there, or that came before it.
   */
  async #readBefore(tenantId: TenantId, record: PostbackRecord, caller: Caller): Promise<void> {
    const { ledger, reader } = this.#parts;
    const { postback } = record;
    if (!isByName(postback)) return;
    const fresh = await reader.readAgain(tenantId, record);
    if (fresh === null || isOfName(fresh, postback)) return;
    for (const postbackId of await ledger.othersOfCall(postback)) {
      const { postback: other } = await reader.closed(tenantId, postbackId);
      if (isByName(other) && !cameFirst(other, postback)) continue;
      await this.readAndMatch(tenantId, postbackId, caller);
    }
  }

  /**
   * `asked`: what it came to as it was read before, of which caller; `null` if that was not asked.
   */
  async #readAndMatch(
    tenantId: TenantId,
    record: PostbackRecord,
    asked: { readonly outcome: MatchOutcome; readonly number: string | null } | null,
    caller: Caller,
  ): Promise<StandingPostback> {
    const fresh = await this.#parts.reader.readAgain(tenantId, record);
    const { postback, position } = await this.#noteReading(tenantId, record, fresh, caller);
    // Whoever matched it meanwhile did so by how it was read before.
    if (isCounted(postback)) {
      return this.readAndMatch(tenantId, postback.postbackId, afterReading(postback, caller));
    }
    const number = fresh === null ? callerIn(record) : fresh.caller;
    const isAsked = position === null && asked?.number === number;
    const outcome = isAsked
      ? asked.outcome
      : await this.preview(tenantId, { ...postback, caller: number });
    return this.#conclude(tenantId, postback, outcome, caller);
  }

  async #noteReading(
    tenantId: TenantId,
    { postback }: PostbackRecord,
    fresh: Awaited<ReturnType<PostbackReader['readAgain']>>,
    caller: Caller,
  ): Promise<StandingPostback> {
    if (fresh === null) return { postback, position: null };
    if (isReadSo(fresh, postback)) return { postback, position: null };
    const { reading, destinationId } = fresh;
    const command = { type: 'ReadAnew', reading, destinationId, at: this.#now() } as const;
    return this.#parts.ledger.decide(tenantId, postback.postbackId, command, caller);
  }

  /** Where it was read anew meanwhile, nothing is decided, and it is looked at again. */
  async #conclude(
    tenantId: TenantId,
    { postbackId, timesReadAnew }: KnownPostback,
    outcome: MatchOutcome,
    caller: Caller,
  ): Promise<StandingPostback> {
    const command = concluding(outcome, timesReadAnew, this.#now());
    const decided = await this.#parts.ledger.decide(tenantId, postbackId, command, caller);
    const { postback } = decided;
    if (!isOpen(postback)) return this.#carryOut(tenantId, postback, caller);
    if (postback.timesReadAnew === timesReadAnew) return decided;
    return this.matchAgain(tenantId, postbackId, afterReading(postback, caller));
  }

  /**
   * Has the ledger told. Where it refuses the report, for another call was there first, whatever is
   * free by now is looked for. Each time one more transfer is taken, so this comes to an end.
   */
  async #carryOut(
    tenantId: TenantId,
    postback: KnownPostback,
    caller: Caller,
  ): Promise<StandingPostback> {
    const told = await this.#parts.ledger.carryOut(tenantId, postback, caller);
    if (!isOpen(told.postback)) return told;
    const { postbackId } = postback;
    return this.matchAgain(tenantId, postbackId, afterRefusal(told.postback, caller));
  }

  #now(): string {
    return this.#parts.clock.now().toISOString();
  }
}

function isByName({ assignment }: KnownPostback): boolean {
  return assignment?.match.rule === 'vendor_call_id';
}

function isOfName({ reading }: FreshReading, { reading: { vendorCallId } }: KnownPostback) {
  return reading.vendorCallId === vendorCallId;
}

/** As it was read when it came. */
function callerIn({ raw }: PostbackRecord): string | null {
  return isErased(raw) ? null : raw.caller;
}
