import { DomainError, type TenantId } from '#libs/kernel';
import {
  connectDncProvider,
  importFile,
  type ImportPlan,
  type ImportPreview,
  intakePolicyOf,
  type MappingRequest,
  OutcomeJournal,
  type OutcomeCounts,
  previewFile,
  StandaloneIntake,
  type SurveyedFile,
  surveyFile,
  totalOf,
} from '#libs/leads';
import { processSettings } from '#libs/settings';
import { ReadModelOrdinalHint } from '#projections/dedupe';
import { findDncProvider } from '../connection/find-servers.js';
import { operatorCall } from '../connection/operator.js';
import { type StackConnection } from '../connection/stack-connection.js';
import { knownTenant } from './known-tenant.js';

/** Which file, whose leads they are, and how its columns are to be read. */
export interface ImportRequest {
  readonly path: string;
  readonly tenantId: TenantId;
  readonly source: string | null;
  readonly mapping: MappingRequest;
}

/** Where outcomes go, and whom to tell. */
export interface ImportRun {
  readonly outcomes: string;
  /** Forgets an outcome file that is there, and goes through all rows again. */
  readonly restart: boolean;
  readonly signal: AbortSignal;
  /** Told at the start and after every row how many are done. */
  readonly onProgress: (done: number, file: SurveyedFile) => void;
}

/** An import that came to its end. */
export interface ImportResult {
  readonly file: SurveyedFile;
  readonly counts: OutcomeCounts;
}

/** Reads a file as an import would; stores nothing. */
export async function previewImport(
  stack: StackConnection,
  request: ImportRequest,
): Promise<{ readonly file: SurveyedFile; readonly preview: ImportPreview }> {
  const plan = await planOf(stack, request);
  const file = await surveyFile(request.path, plan);
  return { file, preview: await previewFile(file, plan) };
}

/**
 * Imports what is left of a file. Rejects with `import_stopped` if it was asked to end early; run
 * again, it goes on.
 */
export async function importLeads(
  stack: StackConnection,
  request: ImportRequest,
  { outcomes, restart, signal, onProgress }: ImportRun,
): Promise<ImportResult> {
  const plan = await planOf(stack, request);
  const file = await surveyFile(request.path, plan);
  const journal = await OutcomeJournal.open(outcomes, file.importId, { restart });
  const intake = await startIntake(stack);
  const onRow = () => {
    onProgress(journal.lastRow, file);
  };
  try {
    onRow();
    const { actor } = operatorCall();
    const { receive } = intake;
    const counts = await importFile({ file, plan, actor, receive, journal, signal, onRow });
    if (totalOf(counts) < file.rows) throw importStopped(totalOf(counts), file.rows);
    return { file, counts };
  } finally {
    await Promise.all([journal.close(), intake.stop()]);
  }
}

async function startIntake(stack: StackConnection): Promise<StandaloneIntake> {
  const intake = new StandaloneIntake({
    ...{ store: stack.eventStore, keys: stack.keys, secrets: stack.secrets },
    dnc: connectDncProvider(await findDncProvider(processSettings())),
    hint: new ReadModelOrdinalHint(stack.database),
  });
  intake.start();
  await intake.ready;
  return intake;
}

async function planOf(
  { runner }: StackConnection,
  { tenantId, source, mapping }: ImportRequest,
): Promise<ImportPlan> {
  const policy = intakePolicyOf(tenantId, (await knownTenant(runner, tenantId)).mode);
  return { policy, mode: 'live', source, mapping };
}

function importStopped(done: number, rows: number): DomainError {
  return new DomainError(
    'unavailable',
    'import_stopped',
    `Stopped after ${done} of ${rows} rows. Run the same command again to go on from there.`,
    { details: { done, rows } },
  );
}
