import { type Reading } from './postback.events.js';
import { type LedgerRow } from './statement-difference.js';
import { type MatchInput } from './transfer-facts.js';

/** What of our ledger a line may be about. */
type Sought = Pick<MatchInput, 'candidates' | 'byId' | 'byVendorCallId'>;

/** Finds the transfers a line may be about in the time that one line takes, however many there are. */
export class LedgerLookup {
  readonly #byCaller = new Map<string, LedgerRow[]>();
  readonly #byId = new Map<string, LedgerRow[]>();
  readonly #byVendorCallId = new Map<string, LedgerRow>();

  constructor(transfers: readonly LedgerRow[]) {
    for (const transfer of transfers) {
      const { transferId, callId, leadId } = transfer;
      for (const hash of new Set(transfer.callerHashes)) push(this.#byCaller, hash, transfer);
      for (const id of new Set([transferId, callId, leadId])) push(this.#byId, id, transfer);
      for (const { vendorCallId } of transfer.confirmedBy) {
        this.#byVendorCallId.set(vendorCallId, transfer);
      }
    }
  }

  /** For {@link MatchInput}. */
  of({ ids, vendorCallId, callerHash }: Reading): Sought {
    const named = ids.flatMap((id) => this.#byId.get(id) ?? []);
    return {
      candidates: callerHash === null ? [] : (this.#byCaller.get(callerHash) ?? []),
      byId: [...new Set(named)],
      byVendorCallId:
        vendorCallId === null ? null : (this.#byVendorCallId.get(vendorCallId) ?? null),
    };
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
