import { type ReadModelAudit, type RowDifference, type Verification } from '#libs/read-db';
import { type Unproven } from '../operations/prove-read-models.js';
import { count } from '../progress-bar.js';

/** What came of verifying a read model, with the rows that differ. */
export function verificationText(verification: Verification): string {
  const { name, build, version } = verification;
  const which = `${name} build ${build} (version ${version})`;
  if (verification.outcome === 'failed') {
    return `${which} could not be verified: ${verification.reason}`;
  }
  const { rows, applied, recomputed, position } = verification;
  const upTo = position === null ? 'at the beginning of the log' : `up to position ${position}`;
  const events = count(Number(recomputed.count));
  if (verification.outcome === 'equal') {
    return `${which} equals the log: ${count(Number(rows.liveRows))} rows of ${events} events ${upTo}.`;
  }
  const { missing, extra, changed, recomputedRows } = rows;
  const counts = `${missing} rows missing, ${extra} extra, ${changed} changed`;
  return [
    `${which} DIFFERS from the log ${upTo}: ${counts}, of ${count(Number(recomputedRows))}.`,
    ...rows.differences.map(differenceText),
    ...moreText(missing + extra + changed - BigInt(rows.differences.length)),
    ...eventsText(applied, recomputed, name),
  ].join('\n');
}

/** What came of auditing a read model. */
export function auditText({ name, build, state, message }: ReadModelAudit): string {
  const verdict = state === 'differs' ? 'DIFFERS from the log' : state;
  return `${name} build ${build}: ${verdict}. ${message}`;
}

/** Why there is no proof. */
export function unprovenText({ name, reason }: Unproven): string {
  return `${name} cannot be proven: ${reason}`;
}

function differenceText({ kind, key, columns }: RowDifference): string {
  const named = Object.entries(key).map(([column, value]) => `${column}=${value}`);
  const lines = columns.map(({ column, sealed, live, recomputed }) =>
    sealed
      ? `    ${column} differs; it is sealed`
      : `    ${column} is ${valueText(live)}, and should be ${valueText(recomputed)}`,
  );
  return [`  ${kind} ${named.join(' ')}`, ...lines].join('\n');
}

function valueText(value: string | null): string {
  return value === null ? 'null' : JSON.stringify(value);
}

function moreText(more: bigint): string[] {
  return more > 0n ? [`  and ${count(Number(more))} rows more`] : [];
}

interface Events {
  readonly count: bigint;
  readonly digest: string;
}

function eventsText(applied: Events, recomputed: Events, name: string): string[] {
  if (applied.count === recomputed.count && applied.digest === recomputed.digest) return [];
  const [said, real] = [count(Number(applied.count)), count(Number(recomputed.count))];
  return [
    `  The log has ${real} events for it, and it says that it applied ${said}` +
      `${said === real ? ', others than those' : ''}; projections audit ${name} tells which.`,
  ];
}
