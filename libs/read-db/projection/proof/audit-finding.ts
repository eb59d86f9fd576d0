/** An event that a read model applied too rarely or too often. */
export interface EventFinding {
  readonly fault: 'missing' | 'doubled';
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  /** Decimal digits, since it may exceed what a JSON number holds. */
  readonly position: string;
}

/** All events of one type, or of one kind of stream, in a stretch of the log. */
export interface GroupFinding {
  readonly fault: 'missing' | 'doubled';
  readonly of: 'type' | 'streams';
  /** The type's name, or what the names of the streams begin with. */
  readonly called: string;
  readonly events: number;
  /** Exclusive; null is the beginning of the log. */
  readonly after: string | null;
  readonly upTo: string;
}

/** A stretch in which number or ids differ, and nothing simpler explains it. */
export interface StretchFinding {
  readonly fault: 'unexplained';
  /** Applied too often if above zero, too rarely if below; 0 where only the ids differ. */
  readonly events: number;
  /** Exclusive; null is the beginning of the log. */
  readonly after: string | null;
  readonly upTo: string;
}

/** One thing that is wrong with what a read model applied. */
export type AuditFinding = EventFinding | GroupFinding | StretchFinding;

/** Findings shown by name; the others are only counted. */
const shownMax = 20;

/** What was found, in sentences for an operator. */
export function describeFindings(findings: readonly AuditFinding[]): string {
  const shown = findings.slice(0, shownMax).map(describeFinding);
  const more = findings.length - shown.length;
  return [...shown, ...(more > 0 ? [`And ${more} findings more.`] : [])].join(' ');
}

function describeFinding(finding: AuditFinding): string {
  if (finding.fault === 'unexplained') {
    return `${balance(finding.events)} ${stretch(finding)}; which events cannot be told.`;
  }
  const verb = finding.fault === 'missing' ? 'not applied' : 'applied twice';
  if ('id' in finding) {
    const { type, id, stream, position } = finding;
    return `${type} ${id} of ${stream} at position ${position} was ${verb}.`;
  }
  const what = finding.of === 'type' ? finding.called : `events of streams ${finding.called}…`;
  return `All ${finding.events} ${what} ${stretch(finding)} were ${verb}.`;
}

function balance(events: number): string {
  if (events === 0) return 'Some events were applied in place of others';
  const count = Math.abs(events);
  const plural = count === 1 ? 'event' : 'events';
  return `${count} ${plural} too ${events < 0 ? 'few' : 'many'} were applied`;
}

function stretch({ after, upTo }: { readonly after: string | null; readonly upTo: string }) {
  return after === null ? `up to position ${upTo}` : `after position ${after} and up to ${upTo}`;
}
