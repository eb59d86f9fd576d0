import { type CommandRunner } from '#libs/event-store';
import { DomainError, fold, type TenantId } from '#libs/kernel';
import { type TenantSecrets } from '#libs/privacy';
import { MATCH_WINDOW_MS } from '../domain/call-time.js';
import { type StatementTerms } from '../domain/opened-statement.js';
import { revenueDecider } from '../domain/revenue.decider.js';
import { type LedgerRow, type StatementLine } from '../domain/statement-difference.js';
import { ledgerRowOf } from '../domain/statement-row.js';
import { namesOf } from '../domain/transfer-facts.js';
import { type LedgerEvent, type LedgerTransfer } from '../domain/transfer-ledger.js';
import { inBatches } from './in-batches.js';
import { type NamesOfTransfer, type PostbackLookup, type TransferLookup } from './ports.js';
import { leadStream } from './postback-streams.js';

/** What our side of a statement is read from. */
export interface StatementLedgerParts {
  readonly runner: CommandRunner;
  readonly secrets: TenantSecrets;
  readonly transfers: TransferLookup;
  readonly postbacks: PostbackLookup;
}

/** A statement, as far as it says which transfers matter. */
export interface StatementToCompare {
  readonly tenantId: TenantId;
  readonly terms: StatementTerms;
  readonly lines: readonly StatementLine[];
  /** Its own lines, as reports: what they say is theirs, and not ours. */
  readonly ownIds: ReadonlySet<string>;
}

/** Transfers that a statement may be about; more do not fit into memory. */
const TRANSFERS_MAX = 500_000;
const LEADS_AT_ONCE = 32;
const IDS_AT_ONCE = 500;

/**
 * Our ledger, as a statement is compared with it. The read side says which transfers there are;
 * what they are worth is read from the log, without what the statement itself says of them. So its
 * answer is the same before and after it was imported, and however often it is.
 */
export class StatementLedger {
  readonly #parts: StatementLedgerParts;

  constructor(parts: StatementLedgerParts) {
    this.#parts = parts;
  }

  /**
   * All transfers that lines may be about, and all of the period that lines could be missing for.
   */
  async rows(statement: StatementToCompare): Promise<LedgerRow[]> {
    const { tenantId } = statement;
    const hashes = new Hashes(this.#parts.secrets, tenantId);
    const inPeriod = await this.#inPeriod(statement, hashes);
    const leadIds = new Set(inPeriod.map(({ leadId }) => leadId));
    const known = new Map<string, LedgerRow>();
    const read = (ids: Iterable<string>) => this.#read(statement, [...ids], hashes, known);
    await read(leadIds);
    const beyond = await this.#leadsBeyond(statement, [...known.values()]);
    await read(beyond.filter((leadId) => !leadIds.has(leadId)));
    return [...known.values()];
  }

  /** Of other destinations only those whose consumer is named. */
  async #inPeriod(
    { tenantId, terms, lines }: StatementToCompare,
    hashes: Hashes,
  ): Promise<NamesOfTransfer[]> {
    const { transfers } = this.#parts;
    const from = new Date(Date.parse(terms.from) - MATCH_WINDOW_MS).toISOString();
    const to = new Date(Date.parse(terms.to) + MATCH_WINDOW_MS).toISOString();
    const period = { from, to };
    const most = TRANSFERS_MAX + 1;
    const theirs = await transfers.inPeriod(tenantId, terms.destinationId, period, most);
    const callers = [...new Set(lines.flatMap(({ reading }) => reading.callerHash ?? []))];
    const named = await inBatches(callers, IDS_AT_ONCE, (some) =>
      transfers.ofConsumers(tenantId, some, period, most),
    );
    const all = [...theirs, ...named.flat()];
    if (all.length > TRANSFERS_MAX) throw statementPeriodTooLong();
    await hashes.note(all);
    return all;
  }

  /** Leads outside the period that lines name, by our ids or by the buyer’s names for calls. */
  async #leadsBeyond(
    { tenantId, terms, lines }: StatementToCompare,
    known: readonly LedgerRow[],
  ): Promise<string[]> {
    const ours = new Set(known.flatMap((row) => [row.transferId, row.callId, row.leadId]));
    const sender = { tokenId: null, destinationId: terms.destinationId };
    const linked = new Set(known.flatMap((row) => namesOf(row, sender)));
    const ids = lines.flatMap(({ reading }) => reading.ids).filter((id) => !ours.has(id));
    const vendorCallIds = lines
      .flatMap(({ reading }) => reading.vendorCallId ?? [])
      .filter((id) => !linked.has(id));
    const named = await inBatches([...new Set(ids)], IDS_AT_ONCE, (some) =>
      this.#parts.transfers.named(tenantId, some),
    );
    const ofCalls = await inBatches([...new Set(vendorCallIds)], IDS_AT_ONCE, (some) =>
      this.#parts.postbacks.transfersOfVendorCalls(tenantId, sender, some),
    );
    const leads = [...named.flat(), ...ofCalls.flat()].map(({ leadId }) => leadId);
    return [...new Set([...leads, ...ids])];
  }

  async #read(
    statement: StatementToCompare,
    leadIds: readonly string[],
    hashes: Hashes,
    known: Map<string, LedgerRow>,
  ): Promise<void> {
    await inBatches(leadIds, LEADS_AT_ONCE, async (some) => {
      const ledgers = await Promise.all(some.map((id) => this.#fold(statement.tenantId, id)));
      for (const transfer of ledgers.flat()) {
        const callerHashes = await this.#callersOf(statement.tenantId, transfer, hashes);
        const row = ledgerRowOf(transfer, { ...statement, callerHashes });
        known.set(row.transferId, row);
      }
    });
  }

  async #callersOf(
    tenantId: TenantId,
    { transferId }: LedgerTransfer,
    hashes: Hashes,
  ): Promise<readonly string[]> {
    const noted = hashes.noted(transferId);
    if (noted !== undefined) return noted;
    const names = await this.#parts.transfers.namesOf(tenantId, transferId);
    if (names === null) return [];
    await hashes.note([names]);
    return hashes.of(names);
  }

  /** Another tenant’s lead looks as if there were none. */
  async #fold(tenantId: TenantId, leadId: string): Promise<readonly LedgerTransfer[]> {
    const history = await this.#parts.runner.history<LedgerEvent>(leadStream(leadId));
    if (history.some(({ metadata }) => metadata.tenantId !== tenantId)) return [];
    return fold(revenueDecider, history).transfers;
  }
}

/** The keyed hashes of the numbers that buyers may have seen as the callers of transfers. */
class Hashes {
  readonly #ofTransfer = new Map<string, readonly string[]>();
  readonly #ofNumber = new Map<string, string>();

  constructor(
    private readonly secrets: TenantSecrets,
    private readonly tenantId: TenantId,
  ) {}

  async note(transfers: readonly NamesOfTransfer[]): Promise<void> {
    for (const { transferId, consumerHash, presentedCallerId } of transfers) {
      const shown = presentedCallerId === null ? [] : [await this.#hashOf(presentedCallerId)];
      this.#ofTransfer.set(transferId, [consumerHash, ...shown]);
    }
  }

  of({ transferId }: Pick<NamesOfTransfer, 'transferId'>): readonly string[] {
    return this.#ofTransfer.get(transferId) ?? [];
  }

  noted(transferId: string): readonly string[] | undefined {
    return this.#ofTransfer.get(transferId);
  }

  async #hashOf(number: string): Promise<string> {
    const hash =
      this.#ofNumber.get(number) ?? (await this.secrets.phoneHash(this.tenantId, number));
    this.#ofNumber.set(number, hash);
    return hash;
  }
}

function statementPeriodTooLong(): DomainError {
  return new DomainError(
    'validation',
    'statement_period_too_long',
    `There are more than ${TRANSFERS_MAX} transfers in the period. Import a shorter part of it.`,
    { details: { transfers_max: TRANSFERS_MAX } },
  );
}
