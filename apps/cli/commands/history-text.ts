import { type Actor } from '#libs/kernel';
import { type HistoryEntry } from '#libs/leads';
import { type LeadHistory } from '../operations/lead-history.js';
import { fieldLines } from './field-lines.js';

/** A lead's history as a person reads it. */
export function historyText({ leadId, tenantId, entries }: LeadHistory): string {
  const count = entries.length === 1 ? '1 event' : `${entries.length} events`;
  return [`Lead ${leadId} of tenant ${tenantId}, ${count}`, ...entries.map(entryText)].join('\n\n');
}

function entryText(entry: HistoryEntry): string {
  const { event, origin } = entry;
  const { actor, $causationId, $correlationId, commandId } = event.metadata;
  const facts = {
    by: `${actorText(actor)}${originText(origin)}`,
    'because of': $causationId,
    together: `command ${commandId}, correlation ${$correlationId}`,
  };
  const { data, personal } = partsOf(entry);
  return [
    `${String(event.revision).padStart(3)}  ${event.recordedAt.toISOString()}  ${event.type}`,
    ...fieldLines(facts, '     '),
    ...fieldLines(data, '       '),
    ...(personal === null ? [] : ['     personal', ...fieldLines(personal, '       ')]),
  ].join('\n');
}

/** Who caused an event: `key k1`, `operator jane`, `system intake`. */
export function actorText({ kind, id }: Actor): string {
  return `${kind === 'api_key' ? 'key' : kind} ${id}`;
}

function originText(origin: HistoryEntry['origin']): string {
  if (origin === null) return '';
  if ('erased' in origin) return ', from an erased address';
  const agent = origin.userAgent === undefined ? '' : ` (${origin.userAgent})`;
  return `, from ${origin.ip ?? 'an unknown address'}${agent}`;
}

/** The facts without the sealed box, which is shown opened. */
function partsOf({ event, personal }: HistoryEntry) {
  const facts = Object.entries(event.data).filter(([name]) => name !== 'personal');
  return { data: Object.fromEntries(facts) as Record<string, unknown>, personal };
}

/** A lead's history for a program. */
export function historyJson({ leadId, tenantId, entries }: LeadHistory) {
  return {
    leadId,
    tenantId,
    events: entries.map((entry) => {
      const { event, origin } = entry;
      const { actor, occurredAt, $causationId, $correlationId, commandId } = event.metadata;
      return {
        revision: event.revision,
        recordedAt: event.recordedAt.toISOString(),
        occurredAt,
        type: event.type,
        actor,
        origin,
        causationId: $causationId,
        correlationId: $correlationId,
        commandId,
        ...partsOf(entry),
      };
    }),
  };
}
