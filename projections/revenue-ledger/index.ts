export {
  type EntryKind,
  revenueLedgerProjection,
  type RevenueLedgerRow,
} from './revenue-ledger.projection.js';
export {
  ledgerByDay,
  type LedgerDay,
  type LedgerFilter,
  type LedgerPeriod,
  listLedgerEntries,
} from './revenue-ledger.queries.js';
