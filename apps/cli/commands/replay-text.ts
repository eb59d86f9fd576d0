import { type LeadReplay, type ReplayStep } from '../operations/replay-lead.js';
import { fieldLines, valueText } from './field-lines.js';

/** A replay as a person reads it: each event with what it changed, and the state it ends in. */
export function replayText({ leadId, tenantId, steps, state }: LeadReplay): string {
  return [
    `Lead ${leadId} of tenant ${tenantId}, folded from ${steps.length} events`,
    ...steps.map(stepText),
    ['State', ...fieldLines(state, '  ')].join('\n'),
  ].join('\n\n');
}

function stepText({ revision, recordedAt, type, changes }: ReplayStep): string {
  const width = Math.max(0, ...changes.map(({ field }) => field.length));
  const lines = changes.map(({ field, before, after }) => {
    const was = before === undefined ? '' : `${valueText(before)} → `;
    return `       ${field.padEnd(width)}  ${was}${valueText(after)}`;
  });
  const head = `${String(revision).padStart(3)}  ${recordedAt}  ${type}`;
  return [head, ...(lines.length === 0 ? ['       changes nothing'] : lines)].join('\n');
}
