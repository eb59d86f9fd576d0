export {
  destinationListProjection,
  type DestinationListRow,
  type DestinationStatus,
} from './destination-list.projection.js';
export {
  type DestinationListFilter,
  destinationNames,
  listDestinations,
} from './destination-list.queries.js';
