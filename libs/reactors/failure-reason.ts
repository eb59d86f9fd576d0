import { type SeenEvent } from './reactor.js';

const CHARACTERS_MAX = 500;

/** What is written down of an event that could not be acted upon, for operators. */
export function failureReason({ type, id, stream, revision }: SeenEvent, error: unknown): string {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const place = `${type} ${id} (${stream}@${revision})`;
  return `${place} failed: ${said.slice(0, CHARACTERS_MAX)}`;
}
