import { v5 as uuidv5 } from 'uuid';
import { type Order, type SeenEvent } from './reactor.js';

/** Namespace of the command ids below; drawn once, permanent. */
const NAMESPACE = '3f0c6a52-9b8e-4d17-8a34-c1d5e7f20b96';

/** What command number `index` runs as that a reactor decided on this turn of an event. */
export function orderOf(
  reactorName: string,
  { id, metadata }: Pick<SeenEvent, 'id' | 'metadata'>,
  turn: number,
  index: number,
): Order {
  return {
    commandId: uuidv5(`${reactorName}|${id}|${turn}|${index}`, NAMESPACE),
    tenantId: metadata.tenantId,
    actor: { kind: 'system', id: reactorName },
    correlationId: metadata.$correlationId,
    causationId: id,
  };
}
