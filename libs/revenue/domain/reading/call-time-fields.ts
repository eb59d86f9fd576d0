import { parseCallTime } from './call-time.js';
import { type FoundFields } from './found-fields.js';
import { attempts, type Picked, pickFirst } from './parsed.js';

/**
 * When the call began, in milliseconds of the epoch. Where only its end is told, the duration is
 * taken off; without one the end has to do, with a warning.
 */
export function readCallTime(
  found: FoundFields,
  timeZone: string,
  durationSeconds: number | null,
): Picked<number> {
  const parse = (text: string) => parseCallTime(text, timeZone);
  const begun = pickFirst(attempts(found.of('call_time'), parse));
  if (begun.value !== null) return begun;
  const ended = pickFirst(attempts(found.of('call_end_time'), parse));
  const warnings = [...begun.warnings, ...ended.warnings];
  if (ended.value === null) return { ...ended, warnings };
  const { value, from } = ended;
  if (durationSeconds !== null) return { value: value - durationSeconds * 1_000, from, warnings };
  return {
    value,
    from,
    warnings: [...warnings, { field: from ?? '', code: 'end_taken_for_start' }],
  };
}
