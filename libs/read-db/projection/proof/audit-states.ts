import { type Database } from '../../database.js';
import { type AuditFinding } from './audit-finding.js';

/**
 * What is known of a build: `running` until the log was counted once from its beginning, then `ok`,
 * or `differs`, which stays until a rebuild, or a new count of everything, shows that all is well.
 */
export type AuditState = 'running' | 'ok' | 'differs';

/** The outcome of auditing the build that queries of a read model see. */
export interface ReadModelAudit {
  readonly name: string;
  readonly build: number;
  readonly state: AuditState;
  /** Up to where in the log count and ids were compared; null before the first time. */
  readonly position: bigint | null;
  /** When that was, ISO-8601 UTC. */
  readonly checkedAt: string | null;
  /** The state in a sentence. Nothing of it is personal. */
  readonly message: string;
  readonly findings: readonly AuditFinding[];
}

/**
 * The audit of every read model that is being served, in order of their names. One that was never
 * looked at is `running`.
 */
export async function auditsOfReadModels({ pool }: Database): Promise<ReadModelAudit[]> {
  const { rows } = await pool.query<ReadModelAudit>(
    `select b.name, b.build, coalesce(a.state, 'running') as state, a.position,
            a.checked_at as "checkedAt", coalesce(a.message, 'Not counted yet.') as message,
            coalesce(a.findings, '[]') as findings
       from projection_build as b left join projection_audit as a using (name, build)
      where b.serving
      order by b.name`,
  );
  return rows;
}
