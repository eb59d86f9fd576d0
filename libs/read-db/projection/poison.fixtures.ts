import fc from 'fast-check';
import { accountProjection, type LedgerEvent } from './ledger.fixtures.js';
import { type LogItem, type ProjectionMessage } from './messages.js';
import { type ProjectedEvent, type Projection, type Touch } from './projection.js';

/** How an event is spoiled: it does not decode, its handler throws, or a change of it does. */
export type Spoil = 'undecodable' | 'handler' | 'change';

/** Which events of a history are spoiled, by position. */
export type Poison = ReadonlyMap<bigint, Spoil>;

/** The account projection with defects that show at these events alone. */
export function spoiledAccounts(poison: Poison): Projection {
  const { on } = accountProjection;
  const spoiled = Object.entries(on).map(([type, handle]) => [
    type,
    (event: ProjectedEvent): readonly Touch[] => {
      const spoil = poison.get(event.position);
      if (spoil === 'handler') throw new Error('cannot read it');
      const touches: readonly Touch[] = [handle(event)].flat();
      return spoil === 'change' ? withBrokenEnd(touches) : touches;
    },
  ]);
  return { ...accountProjection, on: Object.fromEntries(spoiled) as Projection['on'] };
}

/** The last touch throws, when those before it are done. */
function withBrokenEnd(touches: readonly Touch[]): readonly Touch[] {
  const change = () => {
    throw new Error('cannot change it');
  };
  return touches.map((touch, index) =>
    index === touches.length - 1 ? { ...touch, change } : touch,
  );
}

/** The history as it reads while some of its events do not decode. */
export function asItems(events: readonly ProjectedEvent[], poison: Poison): LogItem[] {
  return events.map((event) => {
    if (poison.get(event.position) !== 'undecodable') return event;
    const { type, id, position, stream, revision, metadata } = event;
    const { tenantId } = metadata;
    return { type, id, position, stream, revision, tenantId, error: new Error('no upcaster') };
  });
}

/** An item as a message of the log. */
export function toMessage(item: LogItem): ProjectionMessage {
  return 'error' in item ? { kind: 'undecodable', ...item } : { kind: 'event', event: item };
}

/** Spoils up to five events that the account projection has a handler for. */
export function poisonOf(
  events: readonly ProjectedEvent<LedgerEvent>[],
  spoils: readonly Spoil[],
): fc.Arbitrary<Poison> {
  const concerned = events.filter(({ type }) => type in accountProjection.on);
  const place = fc.nat({ max: Math.max(concerned.length - 1, 0) });
  const spoil = fc.constantFrom(...spoils);
  return fc.array(fc.tuple(place, spoil), { minLength: 1, maxLength: 5 }).map((chosen) => {
    const poison = new Map<bigint, Spoil>();
    for (const [index, how] of chosen) {
      const event = concerned[index];
      if (event !== undefined) poison.set(event.position, how);
    }
    return poison;
  });
}

/** The history as if each account had a stream of its own; what concerns two is left out. */
export function inStreamsOfAccounts(
  events: readonly ProjectedEvent<LedgerEvent>[],
): ProjectedEvent<LedgerEvent>[] {
  return events.flatMap((event, index) => {
    if (event.type === 'Moved') return [];
    const account = 'account' in event.data ? event.data.account : 'none';
    const stream = `account-${event.metadata.tenantId}-${account}`;
    return [{ ...event, stream, revision: BigInt(index) }];
  });
}

/** The history in a few streams, whichever account is concerned. */
export function inStreams(
  events: readonly ProjectedEvent<LedgerEvent>[],
  count: number,
): ProjectedEvent<LedgerEvent>[] {
  return events.map((event, index) => ({
    ...event,
    stream: `stream-${index % count}`,
    revision: BigInt(index),
  }));
}
