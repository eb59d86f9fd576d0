import {
  type AuditedEvent,
  type AuditedLog,
  readUpTo,
  type AuditedProjection,
} from './audited-log.js';
import { type AuditFinding, type EventFinding } from './audit-finding.js';
import { type Mismatch } from './audit-track.js';
import { type Explanation, Stretch } from './stretch.js';

/** Events named of one mismatch at most; of more, the stretch is told. */
const namedMax = 100;

/**
 * Reads a stretch of the log again to find out which of its events explain that a projection did
 * not apply what is there.
 */
export async function findFaults(
  log: AuditedLog,
  projection: AuditedProjection,
  mismatch: Mismatch,
  signal: AbortSignal,
): Promise<AuditFinding[]> {
  const stretch = new Stretch();
  for await (const event of concerned(log, projection, mismatch, signal)) stretch.add(event);
  const explanation = stretch.explain(mismatch.excess);
  const places = placesOf(explanation);
  if (explanation === null || places.length > namedMax) return [unexplained(mismatch)];
  if (explanation.kind === 'group') return [group(explanation, mismatch)];
  const findings: EventFinding[] = [];
  let place = 0;
  for await (const { id, type, stream, position } of concerned(log, projection, mismatch, signal)) {
    const fault = explanation.missing.includes(place) ? 'missing' : 'doubled';
    if (places.includes(place)) {
      findings.push({ fault, id, type, stream, position: position.toString() });
    }
    if (findings.length === places.length) break;
    place += 1;
  }
  return findings;
}

/** The events of a stretch that the projection has a handler for. */
async function* concerned(
  log: AuditedLog,
  { on }: AuditedProjection,
  { after, upTo }: Mismatch,
  signal: AbortSignal,
): AsyncGenerator<AuditedEvent> {
  for await (const message of readUpTo(log, after, upTo, signal)) {
    if (message.kind === 'event' && Object.hasOwn(on, message.event.type)) yield message.event;
  }
}

function placesOf(explanation: Explanation | null): readonly number[] {
  if (explanation?.kind !== 'events') return [];
  return [...explanation.missing, ...explanation.doubled];
}

function group(
  { fault, of, called }: Extract<Explanation, { kind: 'group' }>,
  mismatch: Mismatch,
): AuditFinding {
  const { events, after, upTo } = rangeOf(mismatch);
  return { fault, of, called, events: Math.abs(events), after, upTo };
}

function unexplained(mismatch: Mismatch): AuditFinding {
  return { fault: 'unexplained', ...rangeOf(mismatch) };
}

function rangeOf({ after, upTo, excess }: Mismatch) {
  return {
    events: Number(excess.count),
    after: after?.toString() ?? null,
    upTo: upTo.toString(),
  };
}
