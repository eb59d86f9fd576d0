import { touchesOf } from './fold-batch.js';
import { type ProjectedEvent, type Projection } from './projection.js';
import { RowMemory } from './row-memory.js';
import { type ReadModelTable, type RowOf } from './table.js';

/**
 * The rows a history leads to, one event after the other, without a database: what every read model
 * must equal. For specs, and for time travel over small histories.
 */
export function foldInMemory<Table extends ReadModelTable>(
  projection: Projection & { readonly table: Table },
  events: Iterable<ProjectedEvent>,
): RowOf<Table['columns']>[] {
  const memory = new RowMemory(projection.table);
  for (const event of events) memory.applyAll(touchesOf(projection, event));
  return memory.rows() as RowOf<Table['columns']>[];
}
