import { type Reading } from './postback.events.js';
import { type LedgerRow } from './statement-difference.js';
import { type ReportSender } from './revenue.events.js';
import { isNamed, type MatchInput, type NamedCall } from './transfer-facts.js';

/** What of our ledger a line may be about. */
type Sought = Pick<MatchInput, 'candidates' | 'byId' | 'byVendorCallId'>;

/**
 * Finds the transfers a line may be about in the time that one line takes, however many there are.
 */
export class LedgerLookup {
  readonly #byCaller = new Map<string, LedgerRow[]>();
  readonly #byId = new Map<string, LedgerRow[]>();
  readonly #byVendorCallId = new Map<string, LedgerRow[]>();
  /** By transfer, what lines before called it. */
  readonly #learnt = new Map<string, NamedCall[]>();

  constructor(transfers: readonly LedgerRow[]) {
    for (const transfer of transfers) {
      const { transferId, callId, leadId } = transfer;
      for (const hash of new Set(transfer.callerHashes)) push(this.#byCaller, hash, transfer);
      for (const id of new Set([transferId, callId, leadId])) push(this.#byId, id, transfer);
      const names = transfer.confirmedBy.map(({ vendorCallId }) => vendorCallId);
      for (const name of new Set(names)) push(this.#byVendorCallId, name, transfer);
    }
  }

  /** For {@link MatchInput}; names for calls are those of the sender. */
  of({ ids, vendorCallId, callerHash }: Reading, sender: ReportSender): Sought {
    const named = new Set(ids.flatMap((id) => this.#byId.get(id) ?? []));
    const called = callerHash === null ? [] : (this.#byCaller.get(callerHash) ?? []);
    return {
      candidates: called.map((transfer) => this.#asLearnt(transfer)),
      byId: [...named].map((transfer) => this.#asLearnt(transfer)),
      byVendorCallId: vendorCallId === null ? null : this.#linked({ vendorCallId, sender }),
    };
  }

  #linked(call: NamedCall): LedgerRow | null {
    const named = this.#byVendorCallId.get(call.vendorCallId) ?? [];
    const learnt = named.map((transfer) => this.#asLearnt(transfer));
    return learnt.findLast((transfer) => isNamed(transfer, call)) ?? null;
  }

  /** A line is about a transfer: what it calls it counts for the lines after it, as for reports. */
  learn({ transferId }: Pick<LedgerRow, 'transferId'>, call: NamedCall): void {
    const transfer = this.transfer(transferId);
    if (transfer === null || isNamed(this.#asLearnt(transfer), call)) return;
    push(this.#learnt, transferId, call);
    push(this.#byVendorCallId, call.vendorCallId, transfer);
  }

  #asLearnt(transfer: LedgerRow): LedgerRow {
    const learnt = this.#learnt.get(transfer.transferId);
    if (learnt === undefined) return transfer;
    return { ...transfer, confirmedBy: [...transfer.confirmedBy, ...learnt] };
  }

  /** The transfer of an id. */
  transfer(transferId: string): LedgerRow | null {
    const named = this.#byId.get(transferId) ?? [];
    return named.find((each) => each.transferId === transferId) ?? null;
  }
}

function push<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
