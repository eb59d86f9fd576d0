import { createHash } from 'node:crypto';
import { type DomainEvent, type TenantId } from '#libs/kernel';
import { type ProjectedEvent } from '#libs/read-db';

/** What a test may say about how an event was stored. */
export interface StoredAs {
  /** `acme` unless told. */
  readonly tenantId?: string;
  /** `stream-<position>` unless told. */
  readonly stream?: string;
  readonly revision?: bigint;
  readonly recordedAt?: string;
  /** 1 unless told; matters only where the event is stored and read again. */
  readonly schemaVersion?: number;
}

/**
 * `event` as the log would give it back from `position`. Its id follows from the position, so that
 * the same history is always the same.
 */
export function storedEvent<Event extends DomainEvent>(
  event: Event,
  position: bigint,
  as: StoredAs = {},
): ProjectedEvent<Event> {
  const id = eventId(position);
  const recordedAt = new Date(as.recordedAt ?? '2026-01-05T12:00:00.000Z');
  return {
    ...event,
    id,
    position,
    stream: as.stream ?? `stream-${position}`,
    revision: as.revision ?? 0n,
    recordedAt,
    metadata: {
      schemaVersion: as.schemaVersion ?? 1,
      tenantId: (as.tenantId ?? 'acme') as TenantId,
      actor: { kind: 'system', id: 'test' },
      occurredAt: recordedAt.toISOString(),
      commandId: id,
      $correlationId: id,
      $causationId: id,
    },
  };
}

/** A history in order: positions 100, 200, 300 … and revisions 0, 1, 2 … of one stream. */
export function history<Event extends DomainEvent>(
  events: readonly Event[],
  as: Omit<StoredAs, 'revision'> = {},
): ProjectedEvent<Event>[] {
  return events.map((event, index) =>
    storedEvent(event, BigInt(index + 1) * 100n, {
      stream: 'stream-1',
      ...as,
      revision: BigInt(index),
    }),
  );
}

function eventId(position: bigint): string {
  const hex = createHash('sha256').update(position.toString()).digest('hex');
  return [8, 12, 16, 20, 32]
    .map((end, index) => hex.slice([0, 8, 12, 16, 20][index], end))
    .join('-');
}
