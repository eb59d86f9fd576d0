export {
  destinationUsageProjection,
  type DestinationUsageRow,
} from './destination-usage.projection.js';
export { findDestinationUsage, listDestinationUsage } from './destination-usage.queries.js';
