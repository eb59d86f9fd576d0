import { type ClientBase } from 'pg';
import { type AuditFinding, describeFindings } from './audit-finding.js';
import { type AuditState } from './audit-states.js';
import { type AuditProgress } from './audit-track.js';

/** What is kept of an audit. */
export interface AuditRecord {
  readonly name: string;
  readonly build: number;
  readonly progress: AuditProgress;
  readonly findings: readonly AuditFinding[];
}

interface AuditRow {
  readonly readPosition: bigint | null;
  readonly logCount: bigint;
  readonly logDigest: string;
  readonly position: bigint | null;
  readonly knownCount: bigint;
  readonly knownDigest: string;
  readonly findings: readonly AuditFinding[];
}

/** What is kept of a build's audit; `null` if there is nothing. */
export async function loadAudit(
  client: ClientBase,
  name: string,
  build: number,
): Promise<AuditRecord | null> {
  const { rows } = await client.query<AuditRow>(
    `select read_position as "readPosition", log_count as "logCount", log_digest as "logDigest",
            position, known_count as "knownCount", known_digest as "knownDigest", findings
       from projection_audit where name = $1 and build = $2`,
    [name, build],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { readPosition, position, findings } = row;
  const counted = { count: row.logCount, digest: row.logDigest };
  const known = { count: row.knownCount, digest: row.knownDigest };
  return { name, build, progress: { readPosition, counted, position, known }, findings };
}

const columns = `
  name, build, state, position, message, findings, read_position, log_count, log_digest,
  known_count, known_digest, checked_at`;

/**
 * Replaces what is kept of an audit by the outcome of another that began at the beginning. Rejects
 * if the build is gone.
 */
export async function replaceAudit(client: ClientBase, record: AuditRecord): Promise<void> {
  await client.query(
    `insert into projection_audit (${columns}, started_at)
     select ${columns}, clock_timestamp() from (${given}) as given
     on conflict (name, build) do update
        set state = excluded.state, position = excluded.position, message = excluded.message,
            findings = excluded.findings, read_position = excluded.read_position,
            log_count = excluded.log_count, log_digest = excluded.log_digest,
            known_count = excluded.known_count, known_digest = excluded.known_digest,
            checked_at = excluded.checked_at, started_at = excluded.started_at`,
    [parameter([{ record, from: record.progress }])],
  );
}

/** An audit that has come further. */
export interface AuditAdvance {
  readonly record: AuditRecord;
  /** As it was left. */
  readonly from: AuditProgress;
}

/**
 * Moves audits on from where they were left, all in one statement. Resolves to the names of those
 * that moved; of any other somebody else kept an outcome, which must be loaded anew.
 */
export async function advanceAudits(
  client: ClientBase,
  advances: readonly AuditAdvance[],
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ name: string }>({
    name: 'proof:advance',
    text: `
      update projection_audit as a
         set state = n.state, position = n.position, message = n.message, findings = n.findings,
             read_position = n.read_position, log_count = n.log_count, log_digest = n.log_digest,
             known_count = n.known_count, known_digest = n.known_digest,
             checked_at = case when n.position is distinct from a.position
                               then n.checked_at else a.checked_at end
        from (${given}) as n
       where a.name = n.name and a.build = n.build
         and a.read_position is not distinct from n.from_position and a.log_digest = n.from_digest
      returning a.name`,
    values: [parameter(advances)],
  });
  return new Set(rows.map(({ name }) => name));
}

const given = `
  select name, build, state, position, message, findings, read_position, log_count, log_digest,
         known_count, known_digest, clock_timestamp() as checked_at, from_position, from_digest
    from json_to_recordset($1::json) as r(
      name text, build integer, state text, position bigint, message text, findings jsonb,
      read_position bigint, log_count bigint, log_digest text, known_count bigint,
      known_digest text, from_position bigint, from_digest text)`;

function parameter(advances: readonly AuditAdvance[]): string {
  return JSON.stringify(
    advances.map(({ record, from }) => ({
      ...columnsOf(record),
      from_position: from.readPosition?.toString() ?? null,
      from_digest: from.counted.digest,
    })),
  );
}

function columnsOf({ name, build, progress, findings }: AuditRecord) {
  const { readPosition, counted, position, known } = progress;
  return {
    ...{ name, build, findings },
    state: stateOf({ progress, findings }),
    message: messageOf({ progress, findings }),
    position: position?.toString() ?? null,
    read_position: readPosition?.toString() ?? null,
    log_count: counted.count.toString(),
    log_digest: counted.digest,
    known_count: known.count.toString(),
    known_digest: known.digest,
  };
}

type Outcome = Pick<AuditRecord, 'progress' | 'findings'>;

/** What the findings amount to. */
export function stateOf({ progress, findings }: Outcome): AuditState {
  if (findings.length > 0) return 'differs';
  return progress.position === null ? 'running' : 'ok';
}

/** The same in a sentence. */
export function messageOf({ progress, findings }: Outcome): string {
  if (findings.length > 0) return describeFindings(findings);
  const { position, counted } = progress;
  const events = counted.count.toLocaleString('en-US');
  if (position === null) return `Counting the log: ${events} events so far.`;
  return `Each of ${events} events up to position ${position} was applied once.`;
}
