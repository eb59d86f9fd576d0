import { parseCallTime } from './call-time.js';
import { type FoundFields } from './found-fields.js';
import { type Attempt, attempts, type Picked, pickFirst } from './parsed.js';

/**
 * When the call began, in milliseconds of the epoch. Where only its end is told, the duration is
 * taken off; without one the end has to do, with a warning.
 */
export function readCallTime(
  found: FoundFields,
  timeZone: string,
  durationSeconds: number | null,
): Picked<number> {
  const begun = pickFirst(told(found, 'call_time', timeZone));
  if (begun.value !== null) return begun;
  const ended = pickFirst(told(found, 'call_end_time', timeZone));
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

/** What a tenant says of its own fields comes before what is built in. */
function told(
  found: FoundFields,
  field: 'call_time' | 'call_end_time',
  timeZone: string,
): Attempt<number>[] {
  return [
    ...attempts(found.of(`${field}_day_first`), (text) =>
      parseCallTime(text, timeZone, 'day_first'),
    ),
    ...attempts(found.of(field), (text) => parseCallTime(text, timeZone)),
  ];
}
