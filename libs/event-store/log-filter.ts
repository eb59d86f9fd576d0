import { type LogFilter, type RecordedEvent } from './port.js';

/** Whether a filter lets an event through; for stores that have no server to do it. */
export function isWanted(
  { streamPrefixes, typePrefixes }: LogFilter,
  { stream, type }: Pick<RecordedEvent, 'stream' | 'type'>,
): boolean {
  if (streamPrefixes !== undefined) return streamPrefixes.some((name) => stream.startsWith(name));
  return typePrefixes.some((name) => type.startsWith(name));
}
