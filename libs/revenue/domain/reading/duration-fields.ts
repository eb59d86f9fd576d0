import { parseDuration } from './duration.js';
import { type FoundFields } from './found-fields.js';
import { attempts, type Picked, pickFirst } from './parsed.js';

/**
 * How long the conversation was, in seconds: seconds before milliseconds before minutes, which are
 * coarser; a total comes last, for it counts the announcements before the conversation.
 */
export function readDuration(found: FoundFields): Picked<number> {
  return pickFirst([
    ...attempts(found.of('duration_seconds'), (text) => parseDuration(text, 'seconds')),
    ...attempts(found.of('duration_ms'), (text) => parseDuration(text, 'ms')),
    ...attempts(found.of('duration_minutes'), (text) => parseDuration(text, 'minutes')),
    ...attempts(found.of('total_seconds'), (text) => parseDuration(text, 'seconds')),
  ]);
}
