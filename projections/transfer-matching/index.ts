export { ReadModelTransferLookup } from './read-model-transfer-lookup.js';
export {
  transferMatchingProjection,
  type TransferMatchingRow,
  type TransferStatus,
} from './transfer-matching.projection.js';
export {
  findTransfer,
  type TransferOfCaller,
  type TransferPeriod,
  transfersInPeriod,
  transfersOfConsumers,
  transfersNamed,
  transfersOfCall,
  transfersOfCaller,
  transfersOfCallerMax,
  wereCut,
} from './transfer-matching.queries.js';
