export {
  DELIVERY_STATUSES,
  type DeliveryStatus,
  postbackDeliveriesProjection,
  type PostbackDeliveryRow,
} from './postback-deliveries.projection.js';
export {
  amountsByTarget,
  type DeliveryFilter,
  givenUpDeliveries,
  listPostbackDeliveries,
  type TargetAmount,
} from './postback-deliveries.queries.js';
