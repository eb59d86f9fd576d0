import { DomainError } from '#libs/kernel';
import {
  auditReadModels,
  connectDatabase,
  type Database,
  type Projection,
  type ReadModelAudit,
  type Verification,
  verifyReadModels,
} from '#libs/read-db';
import { processSettings } from '#libs/settings';
import { auditedLog, everyStream } from '../../worker/audited-log.js';
import { liveProjections } from '../../worker/live-projections.js';
import { projectionLog } from '../../worker/projection-log.js';
import { findDatabase } from '../connection/find-servers.js';
import { type StackConnection } from '../connection/stack-connection.js';
import { projectionsStatus } from './projections.js';

/** Whom to tell, and when to stop. */
export interface ProofRun {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** A read model that this program cannot recompute, and why. */
export interface Unproven {
  readonly name: string;
  readonly reason: string;
}

/** What came of a proof: of each read model, or why there is none. */
export interface Proof<Outcome> {
  readonly outcomes: readonly Outcome[];
  readonly unproven: readonly Unproven[];
}

/**
 * Recomputes read models from the log, all if none is named, and compares them with what is served.
 */
export async function verifyProjections(
  stack: StackConnection,
  name: string | undefined,
  run: ProofRun,
): Promise<Proof<Verification>> {
  const { provable, unproven } = await provableOf(stack, name);
  const outcomes = await asWorker(run.signal, (database) =>
    verifyReadModels({
      ...{ database, projections: provable, ...run },
      log: (after, signal) =>
        projectionLog({
          ...{ store: stack.eventStore, after, signal, streamPrefixes: everyStream },
          onDisconnected: () => undefined,
          onUnknown: () => undefined,
        }),
    }),
  );
  return { outcomes, unproven };
}

/**
 * Counts the log from its beginning for read models, all if none is named, and keeps the outcome.
 */
export async function auditProjections(
  stack: StackConnection,
  name: string | undefined,
  run: ProofRun,
): Promise<Proof<ReadModelAudit>> {
  const { provable, unproven } = await provableOf(stack, name);
  const log = auditedLog(stack.eventStore);
  const outcomes = await asWorker(run.signal, (database) =>
    auditReadModels({ database, projections: provable, log, ...run }),
  );
  return { outcomes, unproven };
}

/** Those served in the version that this program knows. */
async function provableOf(stack: StackConnection, name: string | undefined) {
  const named = liveProjections.filter((each) => name === undefined || each.name === name);
  if (named.length === 0) throw noSuchProjection(name ?? '');
  const { projections } = await projectionsStatus(stack);
  const provable: Projection[] = [];
  const unproven: Unproven[] = [];
  for (const projection of named) {
    const serving = projections.find((each) => each.name === projection.name)?.serving ?? null;
    const reason = whyNot(projection, serving?.version ?? null);
    if (reason === null) provable.push(projection);
    else unproven.push({ name: projection.name, reason });
  }
  return { provable, unproven };
}

function whyNot({ version }: Projection, served: number | null): string | null {
  if (served === version) return null;
  return served === null
    ? 'it has no table yet; start the stack first.'
    : `version ${served} is served, and this program knows version ${version}; wait until the ` +
        'rebuild has ended, or use the program that filled it.';
}

/** As the worker, who sees the rows of all tenants, for as long as it takes. */
async function asWorker<Outcome>(
  signal: AbortSignal,
  work: (database: Database) => Promise<Outcome[]>,
): Promise<Outcome[]> {
  const database = connectDatabase({
    ...{ url: await findDatabase(processSettings()), role: 'worker', max: 1 },
    ...{ applicationName: 'leadledger-proof', statementTimeoutMs: 0 },
  });
  try {
    return await work(database);
  } catch (error) {
    throw signal.aborted ? stopped() : error;
  } finally {
    await database.close();
  }
}

function stopped(): DomainError {
  return new DomainError(
    'unavailable',
    'proof_stopped',
    'Stopped before the end; nothing was changed. Run the same command again.',
  );
}

function noSuchProjection(name: string): DomainError {
  const known = liveProjections.map((each) => each.name).join(', ');
  return new DomainError(
    'not_found',
    'projection_not_found',
    `There is no read model ${name}; there are ${known}.`,
  );
}
