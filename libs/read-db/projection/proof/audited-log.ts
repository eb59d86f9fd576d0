import { DomainError } from '#libs/kernel';

/** An event as far as it counts: which it is, and where. */
export interface AuditedEvent {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly position: bigint;
}

/** What counting needs to know of a projection: which types of events it has a handler for. */
export interface AuditedProjection {
  readonly name: string;
  readonly version: number;
  readonly on: Readonly<Record<string, unknown>>;
}

/** A message of the log, of which nothing is decoded. */
export type AuditedMessage =
  | { readonly kind: 'event'; readonly event: AuditedEvent }
  | { readonly kind: 'checkpoint'; readonly position: bigint }
  | { readonly kind: 'caught_up' };

/**
 * The log after a position (`null`: from the beginning), in order, ending when its signal does.
 *
 * Every event there is, whatever its stream is called: an event that a read model misses because a
 * subscription leaves out its stream must be seen here. Ends with an error, or not at all, while
 * the store is out of reach: a part must never pass for the whole.
 */
export type AuditedLog = (
  after: bigint | null,
  signal: AbortSignal,
) => AsyncIterable<AuditedMessage>;

type LogMessage =
  | { readonly kind: 'caught_up' }
  | { readonly kind: string; readonly position: bigint }
  | { readonly kind: 'event'; readonly event: { readonly position: bigint } };

/** A node of a cluster may be behind the one that others read from. */
const awaitedMsMax = 10_000;

/**
 * The messages of a log that are not past `upTo`; ends as soon as it is certain that no other will
 * come. Rejects with `log_behind` if the log, read to its end, does not reach `upTo` for 10 s.
 */
export async function* readUpTo<Message extends LogMessage>(
  log: (after: bigint | null, signal: AbortSignal) => AsyncIterable<Message>,
  after: bigint | null,
  upTo: bigint,
  signal: AbortSignal,
): AsyncGenerator<Message> {
  if (after !== null && after >= upTo) return;
  const leaving = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  try {
    for await (const message of log(after, AbortSignal.any([signal, leaving.signal]))) {
      const position = positionOf(message);
      if (position === null) {
        timer ??= setTimeout(() => {
          leaving.abort();
        }, awaitedMsMax);
        continue;
      }
      if (position <= upTo) yield message;
      if (position >= upTo) return;
    }
    signal.throwIfAborted();
    throw logBehind(upTo);
  } finally {
    clearTimeout(timer);
    leaving.abort();
  }
}

/** Of a message; `null` where it says only that the end was reached. */
export function positionOf(message: LogMessage): bigint | null {
  if ('event' in message) return message.event.position;
  return 'position' in message ? message.position : null;
}

function logBehind(position: bigint): DomainError {
  return new DomainError(
    'unavailable',
    'log_behind',
    `The event store does not show its log up to position ${position}. If it is a cluster, wait ` +
      'until its nodes agree; then try again.',
  );
}
