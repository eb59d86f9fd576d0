export {
  type DialQueueRow,
  dialQueueProjection,
  type QueueClosure,
  type QueueStatus,
} from './dial-queue.projection.js';
export {
  callingCount,
  type DialRequest,
  expiredWaiting,
  leadsOnCall,
  nextDueAt,
  nextToDial,
  queueTotals,
  type QueueTotals,
  type SourcePriorities,
  waitingForDestination,
} from './dial-queue.queries.js';
export { queuePage, type QueueFilter, type WaitingLead } from './queue-page.queries.js';
export { ReadModelDialQueue } from './read-model-dial-queue.js';
