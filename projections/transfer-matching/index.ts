export {
  transferMatchingProjection,
  type TransferMatchingRow,
  type TransferStatus,
} from './transfer-matching.projection.js';
export {
  type CallerOfTransfer,
  findTransfer,
  transfersOfCall,
  transfersOfCaller,
  transfersOfCallerMax,
} from './transfer-matching.queries.js';
