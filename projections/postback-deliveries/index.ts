export {
  DELIVERY_STATUSES,
  type DeliveryStatus,
  postbackDeliveriesProjection,
  type PostbackDeliveryRow,
} from './postback-deliveries.projection.js';
export { type DeliveryFilter, listPostbackDeliveries } from './postback-deliveries.queries.js';
